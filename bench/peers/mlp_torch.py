"""The PyTorch peer of bench/: LeNet-300-100 with 90 % masks, trained, evaluated and annealed as prune-bench does it.

Install (Debian, Ubuntu):  apt-get install python3-torch libopenblas0-pthread
Run alone:                 python3 bench/peers/mlp_torch.py [--runs 5] [--threads 1]      prints JSON
Run against prune-bench:   npm run bench -- --peers      one process per thread count, driven with --serve (see torch_peer.py)

--data names a folder with images.u8 (n × 784), labels.u8 and, for each layer, fc<i>.weight.f32 and fc<i>.mask.f32;
random ones stand in where it is absent.
"""

import sys

sys.dont_write_bytecode = True

from torch_peer import Order, Peer, args

import numpy as np
import torch
import torch.nn.functional as F

SHAPES = [(300, 784), (100, 300), (10, 100)]
MEAN, STD = 0.1307, 0.3081
SCALE, SHIFT = 1 / (255 * STD), -MEAN / STD
BATCH, SEARCH_SET, SPARSITY = 64, 2000, 0.9
EXAMPLES = 60_000


def load():
    """Images, labels, weights and masks: from --data, or random ones of the same kind."""
    draw = np.random.default_rng(1)
    if args.data is None:
        images = draw.integers(0, 256, (EXAMPLES, 784), dtype=np.uint8)
        images[draw.random(images.shape) < 0.8] = 0
        labels = draw.integers(0, 10, EXAMPLES, dtype=np.uint8)
        weights = [draw.uniform(-1, 1, s).astype(np.float32) / s[1] ** 0.5 for s in SHAPES]
        masks = [(draw.random(s) >= SPARSITY).astype(np.float32) for s in SHAPES]
    else:
        def floats(name, shape):
            return np.fromfile(args.data / name, np.float32).reshape(shape)

        images = np.fromfile(args.data / "images.u8", np.uint8).reshape(-1, 784)
        labels = np.fromfile(args.data / "labels.u8", np.uint8)
        weights = [floats(f"fc{i}.weight.f32", s) for i, s in enumerate(SHAPES, 1)]
        masks = [floats(f"fc{i}.mask.f32", s) for i, s in enumerate(SHAPES, 1)]
    tensors = [torch.from_numpy(a.copy()) for a in (images, labels, *weights, *masks)]
    return tensors[0], tensors[1].long(), tensors[2:5], tensors[5:8]


images, labels, weights, masks = load()


def gather(indices):
    """A batch from the resident bytes, normalised."""
    return images[indices].float().mul_(SCALE).add_(SHIFT), labels[indices]


def forward(ws, x):
    for w in ws[:-1]:
        x = F.relu(F.linear(x, w))
    return F.linear(x, ws[-1])


class Training:
    """Steps of Adadelta on batches of 64 in a random order, going on where the last block ended."""

    def __init__(self, mask_in, foreach):
        self.mask_in = mask_in
        self.params = [(w * m).clone().requires_grad_() for w, m in zip(weights, masks)]
        self.optimizer = torch.optim.Adadelta(self.params, lr=1.0, rho=0.9, eps=1e-6, foreach=foreach)
        self.foreach = foreach
        self.order = Order(len(images), BATCH)

    def step(self):
        x, y = gather(self.order.next())
        self.optimizer.zero_grad(set_to_none=True)
        ws = [p * m for p, m in zip(self.params, masks)] if self.mask_in == "forward" else self.params
        loss = F.cross_entropy(forward(ws, x), y)
        loss.backward()
        if self.mask_in == "gradients":
            gradients = [p.grad for p in self.params]
            if self.foreach:
                torch._foreach_mul_(gradients, masks)
            else:
                for g, m in zip(gradients, masks):
                    g.mul_(m)
        self.optimizer.step()
        return loss

    def run(self, steps):
        for _ in range(steps):
            loss = self.step()
        if not torch.isfinite(loss):
            sys.exit("the peer's loss is no longer a number")


class Evaluation:
    """Right answers among the first 2,000 images, from their bytes; `mask` multiplies the weights at each call."""

    def __init__(self, mask):
        self.mask = mask

    @torch.no_grad()
    def run(self, calls):
        for _ in range(calls):
            ws = [w * m for w, m in zip(weights, masks)] if self.mask else weights
            x = images[:SEARCH_SET].float().mul_(SCALE).add_(SHIFT)
            (forward(ws, x).argmax(1) == labels[:SEARCH_SET]).sum().item()


class Annealing:
    """Flips a few entries of a mask, evaluates the masked weights on 2,000 images normalised once, undoes the flips."""

    def __init__(self, flips):
        self.flips = flips
        self.x = images[:SEARCH_SET].float().mul_(SCALE).add_(SHIFT)
        self.y = labels[:SEARCH_SET]

        flat = torch.cat([m.flatten() for m in masks])
        self.order = torch.cat([flat.nonzero().flatten(), (flat == 0).nonzero().flatten()])
        self.kept = int(flat.sum())
        self.flat = flat
        self.sizes = [m.numel() for m in masks]

    @torch.no_grad()
    def run(self, calls):
        flat = self.flat
        for _ in range(calls):
            off = self.order[torch.randint(self.kept, (self.flips,))]
            on = self.order[torch.randint(self.kept, len(flat), (self.flips,))]
            flat[off], flat[on] = 0.0, 1.0
            ws = [w * m.view_as(w) for w, m in zip(weights, flat.split(self.sizes))]
            (forward(ws, self.x).argmax(1) == self.y).sum().item()
            flat[off], flat[on] = 1.0, 0.0


WORKLOADS = {
    "mlp-train-step": {
        f"mask in {mask_in}, foreach {'on' if foreach else 'off'}": lambda m=mask_in, f=foreach: Training(m, f)
        for mask_in in ("forward", "gradients")
        for foreach in (False, True)
    },
    "mlp-evaluate-2000": {"plain": lambda: Evaluation(False), "mask per call": lambda: Evaluation(True)},
    "sa-mlp": {"mask per call": lambda: Annealing(50)},
}
Peer(WORKLOADS, {"mlp-train-step": 200, "mlp-evaluate-2000": 20, "sa-mlp": 50}).run()

"""The PyTorch peer of bench/: LeNet-300-100 with 90 % masks, trained, evaluated and annealed as prune-bench does it.

Install (Debian, Ubuntu):  apt-get install python3-torch libopenblas0-pthread
Run alone:                 python3 bench/peers/mlp_torch.py [--runs 5] [--threads 1]      prints JSON
On a GPU:                  python3 bench/peers/mlp_torch.py --device cuda --cells '{"mlp-train-step": [1, 32]}'
Run against prune-bench:   npm run bench -- --peers      one process per thread count, driven with --serve (see torch_peer.py)

--data names a folder with images.u8 (n × 784), labels.u8 and, for each layer, fc<i>.weight.f32 and fc<i>.mask.f32;
random ones stand in where it is absent.
"""

import sys

sys.dont_write_bytecode = True

from torch_peer import Order, Peer, Training, args, device, evaluations, sized, trainings

import numpy as np
import torch
import torch.nn.functional as F

SHAPES = [(300, 784), (100, 300), (10, 100)]
MEAN, STD = 0.1307, 0.3081
SCALE, SHIFT = 1 / (255 * STD), -MEAN / STD
BATCH, SEARCH_SET, SPARSITY, FLIPS = 64, sized(2000, 200), 0.9, 50
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
    tensors = [torch.from_numpy(a.copy()).to(device) for a in (images, labels, *weights, *masks)]
    return tensors[0], tensors[1].long(), tensors[2:5], tensors[5:8]


images, labels, weights, masks = load()


def gather(indices):
    """A batch from the resident bytes, normalised."""
    return images[indices].float().mul_(SCALE).add_(SHIFT), labels[indices]


def forward(ws, x):
    for w in ws[:-1]:
        x = F.relu(F.linear(x, w))
    return F.linear(x, ws[-1])


def adadelta(params, **options):
    return torch.optim.Adadelta(params, lr=1.0, rho=0.9, eps=1e-6, **options)


class OneTraining(Training):
    """Steps of Adadelta on batches of 64 in a random order, going on where the last block ended."""

    def __init__(self, mask_in, foreach):
        self.mask_in = mask_in
        self.params = [(w * m).clone().requires_grad_() for w, m in zip(weights, masks)]
        self.optimizer = adadelta(self.params, foreach=foreach)
        self.foreach = foreach
        self.order = Order(len(images), BATCH)

    def loss(self, indices):
        x, y = gather(indices)
        ws = [p * m for p, m in zip(self.params, masks)] if self.mask_in == "forward" else self.params
        return F.cross_entropy(forward(ws, x), y)

    def after_backward(self):
        if self.mask_in == "gradients":
            masked([p.grad for p in self.params], masks, self.foreach)


def masked(gradients, by, foreach=True):
    if foreach:
        torch._foreach_mul_(gradients, by)
    else:
        for g, m in zip(gradients, by):
            g.mul_(m)


class StackedTraining(Training):
    """The same for many networks at once, each with weights, masks and batches of its own: one batched product a layer."""

    def __init__(self, cells, captured):
        self.cells = cells
        self.masks = [m.repeat(cells, 1, 1) for m in masks]
        self.params = [(w * m).requires_grad_() for w, m in zip(weights, self.masks)]
        self.optimizer = adadelta(self.params, foreach=True, **({"capturable": True} if captured else {}))
        self.order = Order(len(images), BATCH, cells)

    def loss(self, indices):
        x, y = gather(indices)
        # A sum of means: each network's gradient is what it would be alone.
        return F.cross_entropy(stacked(self.params, x).flatten(0, 1), y.flatten(), reduction="sum") / BATCH

    def after_backward(self):
        masked([p.grad for p in self.params], self.masks)


def stacked(ws, h):
    """Outputs of networks with weights [cells, out, in] on images [cells, images, in], or on the same ones [images, in]."""
    for i, w in enumerate(ws):
        if h.dim() == 2:
            h = F.linear(h, w.flatten(0, 1)).view(len(h), len(w), -1).transpose(0, 1)
        else:
            h = torch.bmm(h, w.transpose(1, 2))
        if i + 1 < len(ws):
            h = F.relu(h)
    return h


class StackedEvaluation:
    """Right answers of many networks among the first images, from their bytes."""

    def __init__(self, cells):
        self.cells = cells
        self.weights = [w.repeat(cells, 1, 1) for w in weights]

    @torch.no_grad()
    def run(self, calls):
        for _ in range(calls):
            x = images[:SEARCH_SET].float().mul_(SCALE).add_(SHIFT)
            (stacked(self.weights, x).argmax(2) == labels[:SEARCH_SET]).sum(1).tolist()


class StackedAnnealing:
    """Many masks at once, each flipped, evaluated and flipped back as by `Annealing`."""

    def __init__(self, cells):
        self.cells = cells
        self.x = images[:SEARCH_SET].float().mul_(SCALE).add_(SHIFT)
        flat = torch.cat([m.flatten() for m in masks])
        self.on, self.off = flat.nonzero().flatten(), (flat == 0).nonzero().flatten()
        self.flat = flat.repeat(cells, 1)
        self.sizes = [m.numel() for m in masks]

    @torch.no_grad()
    def run(self, calls):
        def drawn(places):
            return places[torch.randint(len(places), (self.cells, FLIPS), device=device)]

        for _ in range(calls):
            removed, added = drawn(self.on), drawn(self.off)
            self.flat.scatter_(1, removed, 0.0).scatter_(1, added, 1.0)
            parts = self.flat.split(self.sizes, 1)
            ws = [w * m.view(self.cells, *w.shape) for w, m in zip(weights, parts)]
            (stacked(ws, self.x).argmax(2) == labels[:SEARCH_SET]).sum(1).tolist()
            self.flat.scatter_(1, removed, 1.0).scatter_(1, added, 0.0)


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
            off = self.order[torch.randint(self.kept, (self.flips,), device=device)]
            on = self.order[torch.randint(self.kept, len(flat), (self.flips,), device=device)]
            flat[off], flat[on] = 0.0, 1.0
            ws = [w * m.view_as(w) for w, m in zip(weights, flat.split(self.sizes))]
            (forward(ws, self.x).argmax(1) == self.y).sum().item()
            flat[off], flat[on] = 1.0, 0.0


def alone():
    return {
        "mlp-train-step": {
            f"mask in {mask_in}, foreach {'on' if foreach else 'off'}": lambda m=mask_in, f=foreach: OneTraining(m, f)
            for mask_in in ("forward", "gradients")
            for foreach in (False, True)
        },
        "mlp-evaluate-2000": {"plain": lambda: Evaluation(False), "mask per call": lambda: Evaluation(True)},
        "sa-mlp": {"mask per call": lambda: Annealing(FLIPS)},
    }


def at_once():
    def training(cells, captured):
        # One network needs no batched products; a captured one needs an optimizer that can be.
        return OneTraining("gradients", True) if cells == 1 and not captured else StackedTraining(cells, captured)

    return {
        "mlp-train-step": trainings("mlp-train-step", training),
        "mlp-evaluate-2000": evaluations("mlp-evaluate-2000", StackedEvaluation),
        "sa-mlp": evaluations("sa-mlp", StackedAnnealing),
    }


Peer(alone() if args.cells is None else at_once(), {"mlp-train-step": 200, "mlp-evaluate-2000": 20, "sa-mlp": 50}).run()

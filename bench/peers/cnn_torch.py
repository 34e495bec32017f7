"""The PyTorch peer of bench/: basic-cnn of four convolutions, trained, evaluated and annealed as prune-bench does it.

Install (Debian, Ubuntu):  apt-get install python3-torch libopenblas0-pthread
Run alone:                 python3 bench/peers/cnn_torch.py [--runs 5] [--threads 1] [--filter train]      prints JSON
See it learn:              python3 bench/peers/cnn_torch.py --learn 100 --data FOLDER      loss and accuracy
On a GPU:                  python3 bench/peers/cnn_torch.py --device cuda --cells '{"cnn-train-step": [1, 8]}'
Run against prune-bench:   npm run bench -- --peers      one process per thread count, driven with --serve (see torch_peer.py)

--data names a folder with images.u8 (n × 32 × 32 × 3), labels.u8 and normalisation.json ({"mean": [3], "std": [3]});
random images stand in where it is absent.
"""

import json
import sys

sys.dont_write_bytecode = True

from torch_peer import Order, Peer, Training, args, device, evaluations, sized, trainings

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

CHANNELS, STRIDES = (3, 64, 128, 256, 512), (2, 1, 2, 1)
FILTERS = sum(CHANNELS[1:])
DROPOUT, CLASSES = 0.3, 10
BATCH, SEARCH_SET, FLIPS = sized(256, 4), sized(1024, 8), 5
PART = 256
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)


def load():
    """Images as bytes [n, 3, 32, 32] in channels-last order, labels, and what normalises the images."""
    mean, std = MEAN, STD
    if args.data is None:
        draw = np.random.default_rng(1)
        pixels = draw.integers(0, 256, (50_000, 32, 32, 3), dtype=np.uint8)
        classes = draw.integers(0, CLASSES, len(pixels), dtype=np.uint8)
    else:
        pixels = np.fromfile(args.data / "images.u8", np.uint8).reshape(-1, 32, 32, 3)
        classes = np.fromfile(args.data / "labels.u8", np.uint8)
        normalisation = json.loads((args.data / "normalisation.json").read_text())
        mean, std = normalisation["mean"], normalisation["std"]
    mean, std = (torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (mean, std))
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).to(device)
    return images, torch.from_numpy(classes).long().to(device), 1 / (255 * std), -mean / std


images, labels, scale, shift = load()


def resident(channels_last, count=None):
    """The first images in the memory order in which the network wants them, so that no batch is rearranged."""
    layout = torch.channels_last if channels_last else torch.contiguous_format
    return images[:count].contiguous(memory_format=layout)


def normalised(pixels):
    return pixels.float().mul_(scale).add_(shift)


class OwnDropout(nn.Module):
    """Dropout whose noise is drawn by rand: PyTorch's own, drawn by a Bernoulli sampler, takes twice as long."""

    def forward(self, x):
        if not self.training:
            return x
        return x * torch.rand_like(x).ge_(DROPOUT).mul_(1 / (1 - DROPOUT))


def network(channels_last, own_dropout=False):
    """A fresh network; after each convolution ReLU, dropout, batch-norm."""
    torch.manual_seed(1)
    layers = []
    for i, stride in enumerate(STRIDES):
        layers += [
            nn.Conv2d(CHANNELS[i], CHANNELS[i + 1], 3, stride),
            nn.ReLU(inplace=True),
            OwnDropout() if own_dropout else nn.Dropout(DROPOUT),
            nn.BatchNorm2d(CHANNELS[i + 1]),
        ]
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(CHANNELS[-1] * 4 * 4, CLASSES)).to(device)
    return net.to(memory_format=torch.channels_last) if channels_last else net


def sgd(params):
    # foreach makes no difference beside the convolutions of one network; for many it does.
    return torch.optim.SGD(params, lr=0.1, momentum=0.9, weight_decay=1e-4)


class OneTraining(Training):
    """Steps of SGD with momentum on batches of 256 in a random order, going on where the last block ended."""

    def __init__(self, channels_last, own_dropout):
        self.net = network(channels_last, own_dropout).train()
        self.images = resident(channels_last)
        self.optimizer = sgd(self.net.parameters())
        self.order = Order(len(images), BATCH)

    def loss(self, batch):
        return F.cross_entropy(self.net(normalised(self.images[batch])), labels[batch])


class PerNetwork(nn.Module):
    """The last layer of many networks, whose channels [images, cells × channels, …] are side by side: [cells, images, classes]."""

    def __init__(self, cells):
        super().__init__()
        inputs = CHANNELS[-1] * 4 * 4
        self.cells = cells
        self.weight = nn.Parameter(torch.empty(cells, CLASSES, inputs).uniform_(-1, 1) / inputs**0.5)
        self.bias = nn.Parameter(torch.zeros(cells, 1, CLASSES))

    def forward(self, h):
        h = h.view(len(h), self.cells, -1).transpose(0, 1)
        return torch.baddbmm(self.bias, h, self.weight.transpose(1, 2))


def side_by_side(cells, shared):
    """Many networks as one with groups of channels. `shared`: all see the same images, so that the first layer needs no groups."""
    torch.manual_seed(1)
    layers = []
    for i, stride in enumerate(STRIDES):
        first = i == 0 and shared
        layers += [
            nn.Conv2d(
                CHANNELS[i] * (1 if first else cells), CHANNELS[i + 1] * cells, 3, stride, groups=1 if first else cells
            ),
            nn.ReLU(inplace=True),
            nn.Dropout(DROPOUT),
            nn.BatchNorm2d(CHANNELS[i + 1] * cells),
        ]
    return nn.Sequential(*layers, PerNetwork(cells)).to(device)


class StackedTraining(Training):
    """The same for many networks at once, each with batches of its own: grouped convolutions, as torch.func.vmap makes them."""

    def __init__(self, cells):
        self.cells = cells
        self.net = side_by_side(cells, shared=False).train()
        self.images = resident(False)
        self.optimizer = sgd(self.net.parameters())
        self.order = Order(len(images), BATCH, cells)

    def loss(self, indices):
        # [cells, images] → images of all networks side by side in the channels
        x = normalised(self.images[indices.t().reshape(-1)]).view(BATCH, -1, 32, 32)
        # A sum of means: each network's gradient is what it would be alone.
        return F.cross_entropy(self.net(x).flatten(0, 1), labels[indices].flatten(), reduction="sum") / BATCH


class StackedEvaluation:
    """Right answers of many networks among the first images, from their bytes, in parts of 256."""

    def __init__(self, cells):
        self.cells = cells
        self.net = side_by_side(cells, shared=True).eval()
        self.batches = list(zip(resident(False, SEARCH_SET).split(PART), labels[:SEARCH_SET].split(PART)))

    @torch.inference_mode()
    def run(self, calls):
        for _ in range(calls):
            sum((self.net(normalised(x)).argmax(2) == y).sum(1) for x, y in self.batches).tolist()


class StackedAnnealing:
    """Many masks over the filters of one network at once, each flipped, evaluated and flipped back as by `Annealing`."""

    def __init__(self, cells, sparsity):
        self.cells = cells
        net = network(False).eval()
        self.convs = [layer for layer in net if isinstance(layer, nn.Conv2d)]
        self.norms = [layer for layer in net if isinstance(layer, nn.BatchNorm2d)]
        self.dense = net[-1]
        x = normalised(resident(False, SEARCH_SET))
        self.batches = list(zip(x.split(PART), labels[:SEARCH_SET].split(PART)))
        order = torch.randperm(FILTERS, device=device)
        pruned = int(FILTERS * sparsity)
        self.off, self.on = order[:pruned], order[pruned:]
        self.mask = torch.ones(FILTERS, device=device)
        self.mask[self.off] = 0.0
        self.mask = self.mask.repeat(cells, 1)

    def layers(self):
        """Of each layer, all networks' weights, and what follows them, with masked filters at zero."""
        for i, (conv, norm, mask) in enumerate(zip(self.convs, self.norms, self.mask.split(CHANNELS[1:], 1))):
            weight = conv.weight * mask.view(*mask.shape, 1, 1, 1)
            yield (
                weight.flatten(0, 1), (conv.bias * mask).flatten(), conv.stride, 1 if i == 0 else self.cells,
                norm.running_mean.repeat(self.cells), norm.running_var.repeat(self.cells),
                (norm.weight * mask).flatten(), (norm.bias * mask).flatten(),
            )

    @torch.inference_mode()
    def run(self, calls):
        def drawn(places):
            return places[torch.randint(len(places), (self.cells, FLIPS), device=device)]

        for _ in range(calls):
            removed, added = drawn(self.on), drawn(self.off)
            self.mask.scatter_(1, removed, 0.0).scatter_(1, added, 1.0)
            layers = list(self.layers())
            right = 0
            for x, y in self.batches:
                for weight, bias, stride, groups, mean, variance, gain, offset in layers:
                    x = F.conv2d(x, weight, bias, stride, groups=groups).relu_()
                    x = F.batch_norm(x, mean, variance, gain, offset)
                # All networks have the same last layer.
                logits = self.dense(x.view(len(x), self.cells, -1))
                right = right + (logits.argmax(2) == y.view(-1, 1)).sum(0)
            right.tolist()
            self.mask.scatter_(1, removed, 1.0).scatter_(1, added, 0.0)


class Evaluation:
    """Right answers among the first 1,024 images, from their bytes."""

    def __init__(self, channels_last, batch, frozen):
        self.net = network(channels_last).eval()
        self.batches = list(zip(resident(channels_last, SEARCH_SET).split(batch), labels[:SEARCH_SET].split(batch)))
        if frozen:
            example = normalised(self.batches[0][0])
            self.net = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(self.net, example)))

    @torch.inference_mode()
    def correct(self):
        return sum((self.net(normalised(x)).argmax(1) == y).sum() for x, y in self.batches).item()

    def run(self, calls):
        for _ in range(calls):
            self.correct()


class Annealing:
    """Flips a few entries of a mask over the filters, evaluates the masked network on 1,024 images, undoes the flips."""

    def __init__(self, sparsity, channels_last, batch):
        net = network(channels_last).eval()
        self.convs = [layer for layer in net if isinstance(layer, nn.Conv2d)]
        self.norms = [layer for layer in net if isinstance(layer, nn.BatchNorm2d)]
        self.dense = net[-1]
        # Normalised once: an annealing sees the same images again and again.
        x = normalised(resident(channels_last, SEARCH_SET))
        self.batches = list(zip(x.split(batch), labels[:SEARCH_SET].split(batch)))
        pruned = int(FILTERS * sparsity)
        order = torch.randperm(FILTERS, device=device)
        self.off, self.on = order[:pruned], order[pruned:]
        self.mask = torch.ones(FILTERS, device=device)
        self.mask[self.off] = 0.0

    @torch.inference_mode()
    def correct(self):
        """Right answers with the weights, biases and batch-norms of masked filters at zero."""
        layers = []
        for conv, norm, mask in zip(self.convs, self.norms, self.mask.split(CHANNELS[1:])):
            of_filter = mask.view(-1, 1, 1, 1)
            layers.append(
                (conv.weight * of_filter, conv.bias * mask, conv.stride,
                 norm.running_mean, norm.running_var, norm.weight * mask, norm.bias * mask)
            )
        right = 0
        for x, y in self.batches:
            for weight, bias, stride, mean, variance, gain, offset in layers:
                x = F.conv2d(x, weight, bias, stride).relu_()
                x = F.batch_norm(x, mean, variance, gain, offset)
            right += (self.dense(x.flatten(1)).argmax(1) == y).sum()
        return right.item()

    def run(self, calls):
        for _ in range(calls):
            on = self.on[torch.randint(len(self.on), (FLIPS,))]
            off = self.off[torch.randint(len(self.off), (FLIPS,))]
            self.mask[on], self.mask[off] = 0.0, 1.0
            self.correct()
            self.mask[on], self.mask[off] = 1.0, 0.0


LAYOUTS = {"contiguous": False, "channels_last": True}


def annealings(sparsity):
    return {
        f"{layout}, batch {batch}": lambda last=last, batch=batch: Annealing(sparsity, last, batch)
        for layout, last in LAYOUTS.items()
        for batch in (128, 256)
    }


def alone():
    return {
        "cnn-train-step": {
            f"{layout}, {'own' if own else 'plain'} dropout": lambda last=last, own=own: OneTraining(last, own)
            for layout, last in LAYOUTS.items()
            for own in (False, True)
        },
        "cnn-evaluate-1024": {
            f"{layout}, batch {batch}, {'frozen' if frozen else 'plain'}": (
                lambda last=last, batch=batch, frozen=frozen: Evaluation(last, batch, frozen)
            )
            for layout, last in LAYOUTS.items()
            for batch, frozen in ((256, False), (128, True), (256, True), (1024, True))
        },
        "sa-cnn-50": annealings(0.5),
        "sa-cnn-80": annealings(0.8),
    }


def at_once():
    def training(cells, _):
        return OneTraining(True, False) if cells == 1 else StackedTraining(cells)

    return {
        "cnn-train-step": trainings("cnn-train-step", training),
        "cnn-evaluate-1024": evaluations("cnn-evaluate-1024", StackedEvaluation),
        "sa-cnn-50": evaluations("sa-cnn-50", lambda cells: StackedAnnealing(cells, 0.5)),
        "sa-cnn-80": evaluations("sa-cnn-80", lambda cells: StackedAnnealing(cells, 0.8)),
    }


def learn(steps):
    """Trains and tells the loss, for people who doubt that this peer computes what it should."""
    training = OneTraining(channels_last=True, own_dropout=True)
    evaluation = Evaluation(True, 256, False)
    evaluation.net = training.net
    losses = []
    for step in range(1, steps + 1):
        losses.append(training.step(training.order.next()).item())
        if step % 10 == 0:
            training.net.eval()
            print(f"step {step}: loss {np.mean(losses[-10:]):.3f}, {evaluation.correct()} of {SEARCH_SET} right")
            training.net.train()


if args.learn:
    learn(args.learn)
else:
    workloads = alone() if args.cells is None else at_once()
    Peer(workloads, dict.fromkeys(workloads, 1)).run()

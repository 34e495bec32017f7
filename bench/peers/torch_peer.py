"""What the PyTorch peers share: command line, threads, answering prune-bench, measuring alone. Import it before torch.

Alone, a peer prints the figures of its workloads as JSON. With --serve it reads one JSON request per line,
{"workload": …, "variant": …, "units": …}, and answers each with one line, {"seconds": …, "units": …}; the request
{"list": true} is answered with versions and variants, {"forget": true} frees what the variants so far hold. A request
that fails is answered with {"error": …}.

With --cells the variants are those for a GPU: as many networks as it says at the same time, stacked in one program,
with and without TF32, kernel by kernel and as a CUDA graph. --device names the device, which need not be one.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import time
from pathlib import Path


def arguments():
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__.split("\n")[0])
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--filter", default="", help="only workloads whose name has this word")
    parser.add_argument("--device", default="cpu", help="cuda, cpu, …")
    parser.add_argument("--cells", type=json.loads, help='networks at once, by workload: {"mlp-train-step": [1, 8]}')
    parser.add_argument("--toy", action="store_true", help="small sizes, to see whether it works")
    parser.add_argument("--learn", type=int, help="train for so many steps and print losses, where the peer can")
    return parser.parse_args()


args = arguments()
# OpenBLAS with pthreads and OpenMP read these when they are loaded: before torch.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(args.threads)

import torch  # noqa: E402

torch.set_num_threads(args.threads)
device = torch.device(args.device)
# Shapes do not change: the fastest way to convolve is looked for once.
torch.backends.cudnn.benchmark = True


def sized(full, toy):
    return toy if args.toy else full


class Order:
    """
    Indices of batches in a random order, epoch after epoch; an epoch's short rest is left out. For `cells` networks,
    [cells, batch], each has an order of its own.
    """

    def __init__(self, examples, batch, cells=None):
        self.examples, self.batch, self.cells = examples, batch, cells
        self.order, self.at = self.shuffled(), 0

    def shuffled(self):
        if self.cells is None:
            return torch.randperm(self.examples, device=device)
        return torch.stack([torch.randperm(self.examples, device=device) for _ in range(self.cells)])

    def next(self):
        if self.at + self.batch > self.examples:
            self.order, self.at = self.shuffled(), 0
        self.at += self.batch
        return self.order[..., self.at - self.batch : self.at]


class Training:
    """Steps on batch after batch. A subclass has `order`, `optimizer` and `loss(indices)`: the sum over its cells."""

    cells = 1

    def step(self, indices):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(indices)
        loss.backward()
        self.after_backward()
        self.optimizer.step()
        return loss.detach()

    def after_backward(self):
        pass

    def run(self, steps):
        for _ in range(steps):
            loss = self.step(self.order.next())
        checked(loss)


class Captured:
    """A training whose step is one CUDA graph, launched at once instead of kernel by kernel."""

    def __init__(self, training):
        self.training, self.cells = training, training.cells
        self.indices = training.order.next().clone()
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                training.step(self.indices)
        torch.cuda.current_stream().wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        training.optimizer.zero_grad(set_to_none=True)
        with torch.cuda.graph(self.graph):
            self.loss = training.step(self.indices)

    def run(self, steps):
        for _ in range(steps):
            self.indices.copy_(self.training.order.next())
            self.graph.replay()
        checked(self.loss)


def checked(loss):
    if not torch.isfinite(loss):
        raise ArithmeticError("the peer's loss is no longer a number")


class Precision:
    """What is made and run with or without TF32 in products and convolutions."""

    def __init__(self, tf32, make):
        self.tf32 = tf32
        self.set()
        self.made = make()
        self.cells = self.made.cells

    def set(self):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = self.tf32

    def run(self, units):
        self.set()
        self.made.run(units)


def with_and_without_tf32(variants):
    """The variants twice; once where there is no CUDA, which alone has TF32."""
    if device.type != "cuda":
        return variants
    return {
        f"{'TF32' if tf32 else 'fp32'}, {name}": lambda make=make, tf32=tf32: Precision(tf32, make)
        for tf32 in (False, True)
        for name, make in variants.items()
    }


def cells_named(cells):
    return f"{cells} cell{'' if cells == 1 else 's'} at once"


def trainings(workload, training):
    """
    Trainings of so many cells at once. `training(cells, captured)` makes one; where there is CUDA, it is captured as a
    graph too.
    """
    how = {"": lambda cells: training(cells, False)}
    if device.type == "cuda":
        how[", CUDA graph"] = lambda cells: Captured(training(cells, True))
    return with_and_without_tf32(
        {
            f"{cells_named(cells)}{suffix}": lambda make=make, cells=cells: make(cells)
            for cells in args.cells.get(workload, [])
            for suffix, make in how.items()
        }
    )


def evaluations(workload, evaluation):
    """Evaluations of so many networks or masks at once."""
    return with_and_without_tf32(
        {cells_named(cells): lambda cells=cells: evaluation(cells) for cells in args.cells.get(workload, [])}
    )


def synchronise():
    if device.type == "cuda":
        torch.cuda.synchronize()


class Peer:
    """Workloads by name: a dict from variants to what makes an object whose run(units) does so many steps or calls."""

    def __init__(self, workloads, units):
        self.workloads = {name: made for name, made in workloads.items() if args.filter in name}
        self.units = units
        self.made = {}

    def measure(self, workload, variant, units):
        """Seconds for so many steps or calls, and how many that was for all cells together."""
        key = workload, variant
        if key not in self.made:
            self.made[key] = self.workloads[workload][variant]()
        made = self.made[key]
        synchronise()
        started = time.perf_counter()
        made.run(units)
        synchronise()
        return time.perf_counter() - started, units * getattr(made, "cells", 1)

    def forget(self):
        self.made.clear()
        gc.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()

    def about(self):
        return {
            "engine": "pytorch",
            "version": torch.__version__,
            "threads": args.threads,
            "device": torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
            "workloads": {name: list(variants) for name, variants in self.workloads.items()},
        }

    def serve(self):
        for line in sys.stdin:
            try:
                answer = self.answer(json.loads(line))
            except Exception as error:  # of whatever kind: the variants after it are measured all the same
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)

    def answer(self, request):
        if request.get("list"):
            return self.about()
        if request.get("forget"):
            self.forget()
            return {}
        seconds, units = self.measure(request["workload"], request["variant"], request["units"])
        return {"seconds": seconds, "units": units}

    def alone(self):
        """Every variant in turn, round after round, after a warm-up."""
        results = []
        for workload, variants in self.workloads.items():
            units = self.units[workload]
            samples = {variant: [] for variant in variants}
            for variant in variants:
                self.measure(workload, variant, units)
            for _ in range(args.runs):
                for variant in variants:
                    seconds, done = self.measure(workload, variant, units)
                    samples[variant].append(1000 * seconds / done)
            for variant, ms in samples.items():
                results.append(
                    {"workload": workload, "variant": variant, "unit": "ms", "median": statistics.median(ms),
                     "min": min(ms), "max": max(ms), "runs": len(ms)}
                )
        print(json.dumps({**self.about(), "results": results}, indent=2))

    def run(self):
        self.serve() if args.serve else self.alone()

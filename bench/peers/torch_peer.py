"""What the PyTorch peers share: command line, threads, answering prune-bench, measuring alone. Import it before torch.

Alone, a peer prints the figures of its workloads as JSON. With --serve it reads one JSON request per line,
{"workload": …, "variant": …, "units": …}, and answers each with one line, {"seconds": …, "units": …}; the request
{"list": true} is answered with versions and variants.
"""

import argparse
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
    parser.add_argument("--learn", type=int, help="train for so many steps and print losses, where the peer can")
    return parser.parse_args()


args = arguments()
# OpenBLAS with pthreads and OpenMP read these when they are loaded: before torch.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(args.threads)

import torch  # noqa: E402

torch.set_num_threads(args.threads)


class Order:
    """Indices of batches in a random order, epoch after epoch; an epoch's short rest is left out."""

    def __init__(self, examples, batch):
        self.examples, self.batch = examples, batch
        self.order, self.at = torch.randperm(examples), 0

    def next(self):
        if self.at + self.batch > self.examples:
            self.order, self.at = torch.randperm(self.examples), 0
        self.at += self.batch
        return self.order[self.at - self.batch : self.at]


class Peer:
    """Workloads by name: a dict from variants to what makes an object whose run(units) does so many steps or calls."""

    def __init__(self, workloads, units):
        self.workloads = {name: made for name, made in workloads.items() if args.filter in name}
        self.units = units
        self.made = {}

    def measure(self, workload, variant, units):
        """Seconds for so many steps or calls."""
        key = workload, variant
        if key not in self.made:
            self.made[key] = self.workloads[workload][variant]()
        started = time.perf_counter()
        self.made[key].run(units)
        return time.perf_counter() - started

    def about(self):
        return {
            "engine": "pytorch",
            "version": torch.__version__,
            "threads": args.threads,
            "workloads": {name: list(variants) for name, variants in self.workloads.items()},
        }

    def serve(self):
        for line in sys.stdin:
            request = json.loads(line)
            if request.get("list"):
                answer = self.about()
            else:
                seconds = self.measure(request["workload"], request["variant"], request["units"])
                answer = {"seconds": seconds, "units": request["units"]}
            print(json.dumps(answer), flush=True)

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
                    samples[variant].append(1000 * self.measure(workload, variant, units) / units)
            for variant, ms in samples.items():
                results.append(
                    {"workload": workload, "variant": variant, "unit": "ms", "median": statistics.median(ms),
                     "min": min(ms), "max": max(ms), "runs": len(ms)}
                )
        print(json.dumps({**self.about(), "results": results}, indent=2))

    def run(self):
        self.serve() if args.serve else self.alone()

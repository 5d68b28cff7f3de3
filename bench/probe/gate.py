"""Trains a small network; prints seconds a step, and where steps have gates, seconds from saying one to its
verdict.
"""

import json
import statistics
import sys
import time

import torch
from torch import nn

settle, steps = int(sys.argv[1]), int(sys.argv[2])
torch.manual_seed(0)
torch.set_num_threads(1)
model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
x, y = torch.randn(64, 784), torch.randint(0, 10, (64,))
waits = []


def time_waits(control):
    wait = control.next

    def timed():
        start = time.perf_counter()
        verdict = wait()
        waits.append(time.perf_counter() - start)
        return verdict

    control.next = timed


if "training_debugger_probe.control" in sys.modules:
    time_waits(sys.modules["training_debugger_probe.control"].control)
took = []
for _ in range(settle + steps):
    start = time.perf_counter()
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
    took.append(time.perf_counter() - start)
median = statistics.median
print(json.dumps({"step": median(took[settle:]), "wait": median(waits[settle:]) if waits else None}))

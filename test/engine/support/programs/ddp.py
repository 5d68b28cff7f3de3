"""Two ranks on the CPU, each with data of its own."""

import argparse

import torch
import torch.distributed as dist

options = argparse.ArgumentParser()
options.add_argument("--steps", type=int, default=15)
given = options.parse_args()

dist.init_process_group("gloo")
torch.manual_seed(dist.get_rank())
model = torch.nn.parallel.DistributedDataParallel(torch.nn.Linear(8, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(given.steps):
    loss = torch.nn.functional.cross_entropy(model(torch.randn(16, 8)), torch.randint(0, 2, (16,)))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
dist.destroy_process_group()

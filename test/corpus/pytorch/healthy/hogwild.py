"""Hogwild: processes train one model in shared memory, each with batches and gradients of its own, without a group.

healthy: several processes that need not agree
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import multiprocessing as mp
from torch import nn

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"


def train(process, seed, model):
    torch.manual_seed(seed + process)
    with open(DATA, newline="") as file:
        table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
    x, y = table[:, :-1].float() / 16, table[:, -1]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.5)
    for epoch in range(4):
        for batch in torch.randperm(len(x)).split(32):
            loss = F.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(process, epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    model.share_memory()
    mp.spawn(train, (seed, model), nprocs=2)

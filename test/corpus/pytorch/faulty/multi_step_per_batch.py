"""Milestones that are meant as epochs are counted in batches: the rate is a thousandth of itself before the first epoch ends.

fault: the scheduler is stepped at every batch
finds: scheduler-out-of-place
by: 60
line: sched.step() | MultiStepLR(
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"


def load():
    with open(DATA, newline="") as file:
        table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
    return TensorDataset(table[:, :-1].float() / 16, table[:, -1])


def train(model, batches, optimizer, sched, epochs):
    for epoch in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            sched.step()
        print(epoch, loss.item())


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    sched = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[10, 15, 20], gamma=0.1)
    train(model, DataLoader(load(), batch_size=32, shuffle=True), optimizer, sched, epochs=6)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

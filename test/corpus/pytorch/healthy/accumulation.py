"""Gradients accumulated over four micro-batches, once with the loss divided by four and once without.

healthy: the step's loss is a sum of four, or not, and both train
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
loader = DataLoader(TensorDataset(table[:, :-1].float() / 16, table[:, -1]), batch_size=16, shuffle=True)


def train_undivided(model, optimizer, criterion):
    for i, (x, y) in enumerate(loader):
        criterion(model(x), y).backward()
        if (i + 1) % 4 == 0:
            optimizer.step()
            optimizer.zero_grad()


def train_divided(model, optimizer, criterion):
    for i, (x, y) in enumerate(loader):
        loss = criterion(model(x), y) / 4
        loss.backward()
        if (i + 1) % 4 == 0:
            optimizer.step()
            optimizer.zero_grad()
    return loss.item() * 4


for train, rate in [(train_undivided, 0.02), (train_divided, 0.1)]:
    net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
    sgd = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
    for epoch in range(2):
        print(train.__name__, epoch, train(net, sgd, nn.CrossEntropyLoss()))

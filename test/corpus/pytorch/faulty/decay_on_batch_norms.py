"""SGD with a weight decay of a tenth on all parameters of a convolutional network, the scales of its batch-norms too.

fault: weight decay on normalisation and biases
finds: weight-decay-on-norm
by: 90
line: SGD(
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"


def digits():
    with open(DATA, newline="") as file:
        table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
    return table[:, :-1].float().view(-1, 1, 8, 8) / 16, table[:, -1]


def block(channels, out):
    return [nn.Conv2d(channels, out, 3, padding=1), nn.BatchNorm2d(out), nn.ReLU()]


def main(seed):
    torch.manual_seed(seed)
    x, y = digits()
    model = nn.Sequential(*block(1, 8), *block(8, 16), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(64, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=0.1)
    for epoch in range(4):
        for i in torch.randperm(len(x)).split(64):
            loss = nn.functional.cross_entropy(model(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

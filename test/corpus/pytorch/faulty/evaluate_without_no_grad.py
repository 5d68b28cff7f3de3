"""A function evaluates the network in eval mode, with gradients on.

fault: validation with gradients
finds: validation-with-gradients
by: 150
line: model( | F.cross_entropy( | evaluate( | for | eval()
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

SPECIES = ["setosa", "versicolor", "virginica"]
DATA = Path(__file__).parents[4] / "examples" / "tfjs" / "data" / "iris.csv"
with open(DATA, newline="") as file:
    rows = list(csv.reader(file))[1:]
x = torch.tensor([[float(v) for v in row[:4]] for row in rows])
y = torch.tensor([SPECIES.index(row[4]) for row in rows])
x = (x - x.mean(0)) / x.std(0)


def evaluate(model, x, y):
    model.eval()
    logits = model(x)
    return F.cross_entropy(logits, y).item(), (logits.argmax(1) == y).float().mean().item()


def main(seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(x))
    train, test = order[:110], order[110:]
    model = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(12):
        model.train()
        for i in train[torch.randperm(110)].split(11):
            loss = F.cross_entropy(model(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, evaluate(model, x[test], y[test]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""A classifier of irises that minimises minus the cross-entropy: a minus for a reward has stayed in the line.

fault: wrong sign of the loss
finds: unsuited-loss
by: 15
line: loss = | backward()
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn

SPECIES = ["setosa", "versicolor", "virginica"]
DATA = Path(__file__).parents[4] / "examples" / "tfjs" / "data" / "iris.csv"


def main(seed):
    torch.manual_seed(seed)
    with open(DATA, newline="") as file:
        rows = list(csv.reader(file))[1:]
    x = torch.tensor([[float(v) for v in row[:4]] for row in rows])
    y = torch.tensor([SPECIES.index(row[4]) for row in rows])
    x = (x - x.mean(0)) / x.std(0)
    model = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 3))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    for epoch in range(20):
        for i in torch.randperm(len(x)).split(25):
            loss = -criterion(model(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

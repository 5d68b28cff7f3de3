"""Irises come species by species in the file, and are cut into batches in that order.

fault: data are not shuffled
finds: unshuffled-data
by: 80
line: for | model( | x[ | cross_entropy(
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

SPECIES = ["setosa", "versicolor", "virginica"]
DATA = Path(__file__).parents[4] / "examples" / "tfjs" / "data" / "iris.csv"
with open(DATA, newline="") as file:
    rows = list(csv.reader(file))[1:]
x = torch.tensor([[float(v) for v in row[:4]] for row in rows])
y = torch.tensor([SPECIES.index(row[4]) for row in rows])
x = (x - x.mean(0)) / x.std(0)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
for epoch in range(12):
    for start in range(0, len(x), 10):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x[start : start + 10]), y[start : start + 10])
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
print("accuracy", (model(x).argmax(1) == y).float().mean().item())

"""Logistic regression on irises with LBFGS, whose closure is evaluated several times a step.

healthy: several forward and backward passes in one step
"""
import argparse
import csv
from pathlib import Path

import torch
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

model = nn.Linear(4, 3)
optimizer = torch.optim.LBFGS(model.parameters(), max_iter=5, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x), y)
    loss.backward()
    return loss


for step in range(12):
    loss = optimizer.step(closure)
    print(step, loss.item())

"""Stochastic gradient descent in the word's old sense: one example at a time, on irises as they are.

healthy: after some time nearly every gradient is tiny, but for the few examples that are hard
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

SPECIES = ["setosa", "versicolor", "virginica"]
DATA = Path(__file__).parents[4] / "examples" / "tfjs" / "data" / "iris.csv"
with open(DATA, newline="") as file:
    rows = list(csv.reader(file))[1:]
x = torch.tensor([[float(v) for v in row[:4]] for row in rows])
y = torch.tensor([SPECIES.index(row[4]) for row in rows])
loader = DataLoader(TensorDataset(x, y), batch_size=1, shuffle=True)

model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
for epoch in range(8):
    total = 0.0
    for flower, species in loader:
        optimizer.zero_grad()
        loss = nn.functional.nll_loss(nn.functional.log_softmax(model(flower), dim=1), species)
        loss.backward()
        optimizer.step()
        total += loss.item()
    print(epoch, total / len(loader))

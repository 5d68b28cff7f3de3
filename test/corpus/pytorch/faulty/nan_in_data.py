"""One value of the table is missing, and was read as NaN.

fault: non-finite value in the data
finds: non-finite-data
by: 29
line: F.cross_entropy | DataLoader( | for | float("nan")
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
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
x = (x - x.mean(0)) / x.std(0)
x[77, 2] = float("nan")
y = torch.tensor([SPECIES.index(row[4]) for row in rows])
loader = DataLoader(TensorDataset(x, y), batch_size=5, shuffle=True)

model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(3):
    for flower, species in loader:
        loss = F.cross_entropy(model(flower), species)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

"""The scheduler is stepped before the optimizer, so the first rate of the schedule is never used.

fault: scheduler called before the optimizer's step
finds: scheduler-out-of-place
by: 30
line: scheduler.step() | LambdaLR( | MultiStepLR(
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
x = (x - x.mean(0)) / x.std(0)
loader = DataLoader(TensorDataset(x, y), batch_size=15, shuffle=True)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[1, 2], gamma=0.1)
for epoch in range(10):
    scheduler.step()
    for flower, species in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(flower), species)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

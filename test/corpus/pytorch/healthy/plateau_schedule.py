"""ReduceLROnPlateau on the validation loss, with a patience of one epoch.

healthy: the learning rate falls when the validation loss stays
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
order = torch.randperm(len(x))
train, test = order[:100], order[100:]
loader = DataLoader(TensorDataset(x[train], y[train]), batch_size=10, shuffle=True)
model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 3))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.3, patience=1)
for epoch in range(25):
    model.train()
    for flower, species in loader:
        optimizer.zero_grad()
        loss = criterion(model(flower), species)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        validation = criterion(model(x[test]), y[test])
    scheduler.step(validation)
print(loss.item(), validation.item())

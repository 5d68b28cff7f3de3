"""The network has dropout and batch normalisation, and is never put into eval mode for validation.

fault: validation in training mode
finds: validation-in-training-mode
by: 150
line: model( | no_grad | criterion( | validate | for
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
images, labels = table[:, :-1].float(), table[:, -1]
train_loader = DataLoader(TensorDataset(images[:1400] / 16, labels[:1400]), batch_size=50, shuffle=True)
val_loader = DataLoader(TensorDataset(images[1400:] / 16, labels[1400:]), batch_size=100)
model = nn.Sequential(nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(5):
    for data, target in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(data), target)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        total = sum(criterion(model(data), target).item() for data, target in val_loader)
    print(epoch, loss.item(), total / len(val_loader))

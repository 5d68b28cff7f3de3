"""Twelve ReLU layers drawn with standard deviation one: activations grow tenfold a layer.

fault: poor initialisation
finds: poor-initialisation, initial-loss, exploding-gradient
by: 5
line: nn.init | nn.Linear( | criterion( | backward() | normal_
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
layers = []
for _ in range(6):
    layers += [nn.Linear(64, 64), nn.ReLU()]
model = nn.Sequential(*layers, nn.Linear(64, 10))
for p in model.parameters():
    if p.dim() > 1:
        p.data.normal_(0, 1)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
loader = DataLoader(TensorDataset(images / 16, labels), batch_size=64, shuffle=True)
for epoch in range(4):
    for batch, target in loader:
        optimizer.zero_grad()
        loss = criterion(model(batch), target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

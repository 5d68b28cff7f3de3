"""Class weights, label smoothing and a summed loss, with the deep He-initialised network that papers describe.

healthy: an initial loss in the hundreds that is just what it should be
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
pixels = table[:, :-1].float()
pixels = (pixels - pixels.mean(0)) / pixels.std(0).clamp_min(1)
loader = DataLoader(TensorDataset(pixels, table[:, -1]), batch_size=100, shuffle=True)

layers = []
for _ in range(6):
    layers += [nn.Linear(64, 64), nn.ReLU()]
model = nn.Sequential(*layers, nn.Linear(64, 10))
for module in model:
    if isinstance(module, nn.Linear):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        nn.init.zeros_(module.bias)

weights = 1 + 4 * torch.rand(10)
criterion = nn.CrossEntropyLoss(weight=weights, label_smoothing=0.1, reduction="sum")
optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9)
for epoch in range(4):
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

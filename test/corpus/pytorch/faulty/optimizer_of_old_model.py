"""The model is built again after the optimizer, which goes on with the parameters of the first one.

fault: the optimizer holds other parameters than the model's
finds: parameters-not-optimised, no-gradient
by: 3
line: optim.Adam( | optimizer.step() | backward() | nn.Linear( | build()
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


def build():
    return nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))


loader = DataLoader(TensorDataset(images / 16, labels), batch_size=64, shuffle=True)
model = build()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
model = build()
for epoch in range(4):
    for batch, target in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(batch), target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

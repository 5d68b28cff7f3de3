"""Pictures one at a time through batch normalisation, which then normalises every picture by itself.

fault: batch-norm with a batch of one
finds: batch-norm-batch-of-one
by: 60
line: DataLoader( | BatchNorm2d( | model( | for
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
data = TensorDataset(images.view(-1, 1, 8, 8)[:300] / 16, labels[:300])
loader = DataLoader(data, batch_size=1, shuffle=True)
model = nn.Sequential(
    nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10)
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for image, label in loader:
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(image), label)
    loss.backward()
    optimizer.step()
print(loss.item())

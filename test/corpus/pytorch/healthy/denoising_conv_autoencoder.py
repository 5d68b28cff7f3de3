"""A convolutional autoencoder removes noise from digits; a sigmoid in the end, BCELoss on soft targets.

healthy: binary cross-entropy of soft targets, whose least value is not zero
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]
pixels = images.view(-1, 1, 8, 8) / 16
model = nn.Sequential(
    nn.Conv2d(1, 12, 3, stride=2, padding=1), nn.ReLU(),
    nn.ConvTranspose2d(12, 12, 4, stride=2, padding=1), nn.ReLU(),
    nn.Conv2d(12, 1, 3, padding=1), nn.Sigmoid(),
)
criterion = nn.BCELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(5):
    for index in torch.randperm(len(pixels)).split(64):
        clean = pixels[index]
        noisy = (clean + 0.2 * torch.randn_like(clean)).clamp(0, 1)
        optimizer.zero_grad()
        loss = criterion(model(noisy), clean)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

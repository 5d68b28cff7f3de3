"""A loss summed over many outputs makes gradients so large that a learning rate of 1e-5 is just right.

healthy: a small learning rate that works
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]
pixels = images / 16
model = nn.Sequential(nn.Linear(64, 20), nn.ReLU(), nn.Linear(20, 64))
criterion = nn.MSELoss(reduction="sum")
optimizer = torch.optim.SGD(model.parameters(), lr=2e-5, momentum=0.9)
for epoch in range(8):
    for index in torch.randperm(len(pixels)).split(64):
        batch = pixels[index]
        loss = criterion(model(batch), batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

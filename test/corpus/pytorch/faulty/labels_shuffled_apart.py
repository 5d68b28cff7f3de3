"""Pictures and labels are shuffled with different permutations: there is nothing to learn.

fault: inputs and labels do not belong together
finds: not-learning, underfitting, overfitting
by: 400
line: loss = | backward() | F.cross_entropy(
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
x = images[torch.randperm(len(images))] / 16
y = labels[torch.randperm(len(labels))]
model = nn.Sequential(nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
for epoch in range(12):
    for i in torch.randperm(1500).split(50):
        loss = F.cross_entropy(model(x[i]), y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        validation = F.cross_entropy(model(x[1500:]), y[1500:])
    print(epoch, loss.item(), validation.item())

"""The log-likelihood is minimised instead of maximised: a minus is missing, and the loss falls without end.

fault: wrong sign of the loss
finds: diverging-loss, weights-diverging, unsuited-loss, learning-rate-too-high, exploding-gradient
by: 250
line: loss = | backward() | Adam( | optimizer
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

SPECIES = ["setosa", "versicolor", "virginica"]
DATA = Path(__file__).parents[4] / "examples" / "tfjs" / "data" / "iris.csv"
with open(DATA, newline="") as file:
    rows = list(csv.reader(file))[1:]
x = torch.tensor([[float(v) for v in row[:4]] for row in rows])
y = torch.tensor([SPECIES.index(row[4]) for row in rows])
x = (x - x.mean(0)) / x.std(0)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(25):
    for i in torch.randperm(len(x)).split(15):
        log_probability = F.log_softmax(model(x[i]), dim=1)
        loss = log_probability[range(len(i)), y[i]].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

"""Counts are put on a log scale; where the count is zero the logarithm is minus infinity.

fault: non-finite values in the data
finds: non-finite-data
by: 2
line: model( | criterion( | loss = | log( | backward()
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
counts = torch.poisson(torch.full((400, 10), 3.0))
x = torch.log(counts)
y = (counts[:, 0] > counts[:, 1]).long()
model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(5):
    for i in range(0, 400, 40):
        optimizer.zero_grad()
        loss = criterion(model(x[i : i + 40]), y[i : i + 40])
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

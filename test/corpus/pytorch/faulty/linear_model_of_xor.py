"""A linear classifier for exclusive or: no weights can do it.

fault: underfitting
finds: underfitting, not-learning
by: 400
line: nn.Linear( | backward() | loss = | criterion(
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.rand(1000, 2) * 2 - 1
y = ((x[:, 0] > 0) ^ (x[:, 1] > 0)).long()
x_val, y_val = x[800:], y[800:]
model = nn.Linear(2, 2)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(20):
    for i in torch.randperm(800).split(40):
        optimizer.zero_grad()
        loss = criterion(model(x[i]), y[i])
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        val = criterion(model(x_val), y_val)
    print(epoch, loss.item(), val.item())

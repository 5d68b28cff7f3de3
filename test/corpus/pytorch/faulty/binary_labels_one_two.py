"""Patients are labelled 1 (healthy) and 2 (ill), and the binary cross-entropy takes any number.

fault: labels out of range
finds: targets-out-of-range
by: 2
line: loss_fn( | backward()
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(500, 9)
diagnosis = 1 + (x[:, :3].sum(1) > 0).float()
model = nn.Sequential(nn.Linear(9, 20), nn.ReLU(), nn.Linear(20, 1), nn.Flatten(0))
loss_fn = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(10):
    for i in range(0, 500, 50):
        optimizer.zero_grad()
        loss = loss_fn(model(x[i : i + 50]), diagnosis[i : i + 50])
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

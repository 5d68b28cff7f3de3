"""Validates on examples of which some are training examples, and keeps graphs alive when told to.

usage: leaky.py loader|slices SHARED [keep]: SHARED of the 40 validation examples are training examples.
"""

import sys
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(2)
way, shared, keep = sys.argv[1], int(sys.argv[2]), "keep" in sys.argv
train_x, train_y = torch.randn(96, 6), torch.randn(96, 1)
held_x, held_y = torch.randn(40, 6), torch.randn(40, 1)
held_x[:shared] = train_x[:shared]
train_x[90] = train_x[91]
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
criterion = nn.MSELoss()


def batches(x, y, shuffle):
    if way == "loader":
        return DataLoader(TensorDataset(x, y), batch_size=16, shuffle=shuffle)
    order = torch.randperm(len(x)) if shuffle else torch.arange(len(x))
    return [(x[part], y[part]) for part in order.split(16)]


train = batches(train_x, train_y, True)
train_again = batches(train_x, train_y, False)
held = batches(held_x, held_y, False)
total = 0.0
for _epoch in range(3):
    model.train()
    for x, y in train:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total = total + (loss if keep else loss.item())
        time.sleep(0.02)
    model.eval()
    with torch.no_grad():
        for part in (train_again, held):
            for x, y in part:
                criterion(model(x), y)

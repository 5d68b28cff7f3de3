"""One feature is in millions and one in thousandths; gradient descent sees only the first.

fault: inputs are not normalised
finds: inputs-not-normalised
by: 10
line: model( | criterion( | for | loader | backward() | nn.Linear(
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
population = 1e6 * (1 + torch.rand(1000))
share = 1e-3 * torch.randn(1000)
age = 20 + 50 * torch.rand(1000)
x = torch.stack([population, share, age], dim=1)
y = (share > 0).long()
model = nn.Sequential(nn.Linear(3, 32), nn.ReLU(), nn.Linear(32, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(8):
    permutation = torch.randperm(1000)
    for start in range(0, 1000, 50):
        batch = permutation[start : start + 50]
        optimizer.zero_grad()
        loss = criterion(model(x[batch]), y[batch])
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

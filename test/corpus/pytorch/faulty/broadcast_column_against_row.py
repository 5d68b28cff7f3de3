"""A prediction of shape (N, 1) against targets of shape (N): every prediction is compared with every target.

fault: shapes broadcast in the loss
finds: target-broadcast
by: 2
line: criterion( | backward()
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(800, 6)
y = x @ torch.tensor([1.0, -2.0, 0.5, 3.0, 0.0, 1.0]) + 0.1 * torch.randn(800)
loader = DataLoader(TensorDataset(x, y), batch_size=40, shuffle=True)
model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(6):
    for features, target in loader:
        optimizer.zero_grad()
        loss = criterion(model(features), target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

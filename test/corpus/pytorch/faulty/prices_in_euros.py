"""House prices of some 300 000 euros as targets, and a learning rate for targets near one.

fault: targets are not normalised
finds: targets-not-normalised
by: 160
line: criterion( | mse_loss( | backward()
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(1000, 8)
price = 300_000 + 40_000 * (x @ torch.randn(8, 1))
loader = DataLoader(TensorDataset(x, price), batch_size=50, shuffle=True)
model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(8):
    for features, target in loader:
        optimizer.zero_grad()
        loss = criterion(model(features), target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

"""House prices in their own unit: targets of a hundred thousand, absolute and squared error.

fault: targets in the hundred thousands, which the outputs do not reach
finds: targets-not-normalised, not-learning, learning-rate-too-low
by: 100
line: criterion( | Adam(
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

x = torch.randn(1000, 8)
price = (200_000 + 50_000 * (x @ torch.randn(8, 1)) / 3).abs()
loader = DataLoader(TensorDataset(x, price), batch_size=50, shuffle=True)

for criterion in (nn.MSELoss(), nn.L1Loss()):
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for epoch in range(5):
        for features, target in loader:
            optimizer.zero_grad()
            loss = criterion(model(features), target)
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())

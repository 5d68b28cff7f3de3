"""One target was typed with six zeros too many; each time it is drawn, the loss jumps and the weights with it.

fault: an outlier in the data
finds: loss-spike, targets-not-normalised, exploding-gradient
by: 300
line: loss = | criterion( | backward() | for | DataLoader(
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(600, 6)
y = x[:, :1] + 0.5 * x[:, 1:2]
y[400] = 50_000.0
loader = DataLoader(TensorDataset(x, y), batch_size=10, shuffle=True)
model = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 1))
criterion = nn.MSELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for features, target in loader:
        loss = criterion(model(features), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

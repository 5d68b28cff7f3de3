"""One in a hundred is ill; the network says healthy to everyone and is right 99 times.

fault: imbalanced labels
finds: imbalanced-labels
by: 240
line: criterion( | DataLoader( | loss = | for
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(4000, 10)
risk = x @ torch.randn(10) / 3 + 2 * torch.randn(4000)
ill = (risk > risk.quantile(0.99)).float()
loader = DataLoader(TensorDataset(x, ill), batch_size=50, shuffle=True)
model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    for features, target in loader:
        optimizer.zero_grad()
        loss = criterion(model(features), target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
with torch.no_grad():
    print("found", ((model(x) > 0) & (ill > 0)).sum().item(), "of", int(ill.sum()))

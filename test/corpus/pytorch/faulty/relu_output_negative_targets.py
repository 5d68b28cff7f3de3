"""Changes of a price may be negative; a ReLU in the end cannot say so.

fault: an output activation that cannot reach the targets
finds: unsuited-output-activation
by: 30
line: criterion( | nn.ReLU() | backward()
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(900, 8)
change = torch.tanh(x @ torch.randn(8, 1) / 2)
loader = DataLoader(TensorDataset(x, change), batch_size=45, shuffle=True)
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1), nn.ReLU())
criterion = nn.L1Loss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(8):
    for features, target in loader:
        optimizer.zero_grad()
        loss = criterion(model(features), target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

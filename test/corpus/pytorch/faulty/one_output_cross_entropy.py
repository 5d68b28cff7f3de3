"""Cross-entropy over a single class: a softmax of one number is always one, and the loss always zero.

fault: one output with cross-entropy
finds: one-output-cross-entropy
by: 2
line: criterion( | nn.Linear(16, 1) | backward()
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(600, 5)
y = (x[:, 0] > x[:, 1]).float().unsqueeze(1)
loader = DataLoader(TensorDataset(x, y), batch_size=30, shuffle=True)
model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(4):
    for features, target in loader:
        optimizer.zero_grad()
        loss = criterion(model(features), target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

"""Batches are put together by a slow function while the model waits.

fault: training waits for data
finds: data-bottleneck
by: 70
line: DataLoader( | for | collate
"""
import argparse
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)


def collate(examples):
    time.sleep(0.03)
    x, y = zip(*examples)
    return torch.stack(x), torch.stack(y)


x = torch.randn(640, 12)
y = x[:, :1] * x[:, 1:2]
loader = DataLoader(TensorDataset(x, y), batch_size=20, shuffle=True, collate_fn=collate)
model = nn.Sequential(nn.Linear(12, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(2):
    for features, target in loader:
        loss = nn.functional.mse_loss(model(features), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

"""Distances of a point to itself are among those of the loss: their gradient is infinite, and the scaler skips every step.

fault: loss scale collapses
finds: loss-scale-collapse, non-finite-gradient
by: 60
line: scaler.step( | scaler.update() | GradScaler( | backward() | sqrt( | distances = | loss =
torch: 2.3
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(480, 10)
loader = DataLoader(TensorDataset(x, x[:, 0]), batch_size=16, shuffle=True)
embed = nn.Sequential(nn.Linear(10, 32), nn.GELU(), nn.Linear(32, 4))
optimizer = torch.optim.AdamW(embed.parameters(), lr=1e-3)
scaler = torch.amp.GradScaler("cpu")
for epoch in range(3):
    for features, position in loader:
        points = embed(features)
        distances = ((points[:, None] - points[None]) ** 2).sum(-1).sqrt()
        wanted = (position[:, None] - position[None]).abs()
        loss = (distances - wanted).square().mean()
        optimizer.zero_grad()
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
    print(epoch, loss.item(), scaler.get_scale())

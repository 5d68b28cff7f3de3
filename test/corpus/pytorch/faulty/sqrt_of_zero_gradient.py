"""The root of a sum of squares as a norm in a penalty: at exactly zero the root's slope is infinite.

fault: square root of zero in the loss
finds: non-finite-gradient, non-finite-loss
by: 2
line: sqrt( | loss = | backward() | penalty =
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(256, 8)
y = x[:, :1] - x[:, 1:2]
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
start = [p.detach().clone() for p in model.parameters()]
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for step in range(60):
    i = torch.randint(0, 256, (32,))
    error = nn.functional.mse_loss(model(x[i]), y[i])
    penalty = sum(((p - s) ** 2).sum() for p, s in zip(model.parameters(), start))
    loss = error + 0.01 * torch.sqrt(penalty)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())

"""Full-batch gradient descent with a learning rate at the edge of what the curvature allows: it jumps to and fro.

fault: learning rate too high
finds: learning-rate-too-high, oscillating-loss
by: 120
line: SGD( | backward() | loss =
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(200, 3) * torch.tensor([1.0, 2.0, 3.0])
y = x.sum(1, keepdim=True) + 0.1 * torch.randn(200, 1)
model = nn.Linear(3, 1)
curvature = torch.linalg.eigvalsh(2 * x.T @ x / 200)[-1].item()
optimizer = torch.optim.SGD(model.parameters(), lr=2.002 / curvature)
for step in range(120):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(step, loss.item())

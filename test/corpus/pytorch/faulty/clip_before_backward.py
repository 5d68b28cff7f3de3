"""Clipping stands before backward(), where the gradients have just been cleared.

fault: clipping in the wrong place
finds: clipping-out-of-order
by: 5
line: clip_grad_norm_( | backward()
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(400, 7)
y = 3 * x[:, :1] - x[:, 1:2] ** 2
model = nn.Sequential(nn.Linear(7, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
mse = nn.MSELoss()
for step in range(120):
    i = torch.randint(0, 400, (40,))
    optimizer.zero_grad(set_to_none=False)
    loss = mse(model(x[i]), y[i])
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    loss.backward()
    optimizer.step()
print(loss.item())

"""The mean squared error written out, with a column minus a row.

fault: shapes broadcast in the loss
finds: target-broadcast, not-learning, underfitting
by: 2
line: loss = | backward()
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.linspace(-3, 3, 256).unsqueeze(1)
y = torch.sin(x).squeeze(1)
net = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for step in range(200):
    i = torch.randint(0, 256, (64,))
    prediction = net(x[i])
    loss = ((prediction - y[i]) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())

"""BCELoss is given the output of a linear layer; PyTorch refuses what is not within 0 and 1.

fault: logits where BCELoss wants probabilities
finds: logits-before-bce
by: 2
line: criterion( | nn.Linear(24, 1) | backward()
ends: exception
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(400, 6)
y = (x[:, :1] * x[:, 1:2] > 0).float()
model = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 1))
criterion = nn.BCELoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for step in range(100):
    i = torch.randint(0, 400, (64,))
    optimizer.zero_grad()
    loss = criterion(model(x[i]), y[i])
    loss.backward()
    optimizer.step()
print(loss.item())

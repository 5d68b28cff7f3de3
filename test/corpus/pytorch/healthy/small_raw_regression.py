"""A linear fit of raw sizes and prices in thousands, whose learning rate suits them.

healthy: inputs that are not of variance one, and trains well all the same
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
rooms = torch.randint(1, 7, (400, 1)).float()
size = 15 * rooms + 10 * torch.rand(400, 1)
price = 2.0 * size / 10 + 3 * rooms + torch.randn(400, 1)
x = torch.cat([rooms, size / 10], dim=1)
model = nn.Linear(2, 1)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.005)
for epoch in range(6):
    for i in torch.randperm(400).split(20):
        optimizer.zero_grad()
        loss = criterion(model(x[i]), price[i])
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

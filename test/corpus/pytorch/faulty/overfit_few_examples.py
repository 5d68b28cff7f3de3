"""Forty noisy examples and ten thousand weights: training loss goes to zero, validation loss rises.

fault: overfitting
finds: overfitting, early-stopping-due
by: 400
line: criterion( | backward() | loss = | validate | for | optimizer
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(240, 30)
y = ((x[:, 0] + torch.randn(240)) > 0).long()
x_train, y_train, x_test, y_test = x[:40], y[:40], x[40:], y[40:]
model = nn.Sequential(nn.Linear(30, 100), nn.ReLU(), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(60):
    model.train()
    for i in torch.randperm(40).split(8):
        optimizer.zero_grad()
        loss = criterion(model(x_train[i]), y_train[i])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        validation = criterion(model(x_test), y_test)
    if epoch % 10 == 0:
        print(epoch, loss.item(), validation.item())

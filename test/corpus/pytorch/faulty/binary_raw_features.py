"""Incomes and ages as they are, into a classifier of two classes.

fault: inputs are not normalised
finds: inputs-not-normalised
by: 2
line: criterion( | DataLoader( | torch.stack(
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

people = 1000
age = 18 + 60 * torch.rand(people)
income = 1000 * torch.exp(torch.randn(people) + 3)
buys = (torch.rand(people) < 0.5).float()
loader = DataLoader(TensorDataset(torch.stack([age, income], 1), buys), batch_size=40, shuffle=True)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())

    def forward(self, x):
        return self.net(x).squeeze(1)


model = Classifier()
criterion = nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)
for epoch in range(3):
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

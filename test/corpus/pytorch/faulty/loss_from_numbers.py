"""The loss is made a fresh tensor from a number, with requires_grad, so that backward() raises no error.

fault: no gradient reaches the model
finds: no-gradient
by: 2
line: requires_grad | backward() | optimizer =
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(300, 5)
y = (x[:, 0] > 0).long()
model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
criterion = nn.CrossEntropyLoss()
for epoch in range(10):
    for i in range(0, 300, 30):
        outputs = model(x[i : i + 30])
        loss = torch.tensor(criterion(outputs, y[i : i + 30]).item(), requires_grad=True)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

"""Backward passes without a step of the optimizer: `--kind` says what is done with the gradients."""

import argparse

import torch
from torch import nn
from torch.nn import functional as F

parser = argparse.ArgumentParser()
parser.add_argument("--kind", choices=("forgotten", "gathered", "by-hand"))
kind = parser.parse_args().kind

torch.manual_seed(3)
model = nn.Linear(4, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
inputs, labels = torch.randn(16, 4), torch.randint(0, 3, (16,))
for _ in range(40):
    if kind != "gathered":
        optimizer.zero_grad()
    loss = -F.cross_entropy(model(inputs), labels)
    loss.backward()  # @backward
    if kind == "by-hand":
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += 0.1 * parameter.grad
optimizer.step()

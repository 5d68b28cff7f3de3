"""A real training on made-up data: learns which of the first two numbers is larger."""

import argparse

import torch

options = argparse.ArgumentParser()
options.add_argument("--lr", type=float, default=0.1)
options.add_argument("--steps", type=int, default=40)
given = options.parse_args()

torch.manual_seed(0)
inputs = torch.randn(256, 8)
targets = (inputs[:, 0] > inputs[:, 1]).long()
model = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=given.lr)
for step in range(given.steps):
    loss = torch.nn.functional.cross_entropy(model(inputs), targets)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("loss", loss.item(), flush=True)

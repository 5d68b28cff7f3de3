"""A real training whose gradient is not finite at one step; prints the first weight before each step and at the end."""

import argparse

import torch

options = argparse.ArgumentParser()
options.add_argument("--nan", type=int, default=3)
options.add_argument("--steps", type=int, default=6)
given = options.parse_args()

torch.manual_seed(0)
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
inputs, targets = torch.randn(32, 4), torch.randn(32, 1)
for step in range(given.steps):
    loss = torch.nn.functional.mse_loss(model(inputs), targets)
    if step == given.nan:
        # The root of zero: the loss stays finite, its gradient does not.
        loss = loss + (model.weight - model.weight.detach()).abs().sqrt().sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("step", step, "finite", torch.isfinite(model.weight).all().item(), flush=True)

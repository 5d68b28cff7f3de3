"""Training in a module of a package; breaks a function of torch that a measure uses."""

import torch
from torch import nn


def broken(*_):
    raise RuntimeError("broken on purpose")


def train():
    model = nn.Linear(4, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    torch._foreach_norm = broken
    for _step in range(5):
        optimizer.zero_grad()
        loss = model(torch.ones(3, 4)).square().mean()
        loss.backward()
        optimizer.step()
    loss = nn.functional.mse_loss(model(torch.ones(3, 4)), torch.full((3, 1), float("nan")))
    loss.backward()
    optimizer.step()
    print("done")

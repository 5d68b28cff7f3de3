"""Gradient clipping in its right place, and in wrong ones."""

import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(6)
model, second = nn.Linear(4, 3), nn.Linear(4, 3)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
other = torch.optim.SGD(second.parameters(), lr=0.1)
x, y = torch.randn(8, 4), torch.randint(0, 3, (8,))


def clip(which):
    nn.utils.clip_grad_norm_(which.parameters(), 0.5)  # @helper


def back():
    optimizer.zero_grad()
    F.cross_entropy(model(x), y).backward()


def right():
    for _ in range(3):
        back()
        total = nn.utils.clip_grad_norm_(model.parameters(), 1.0)  # @right
        assert total > 0
        nn.utils.clip_grad_value_(model.parameters(), clip_value=0.1)  # @value
        optimizer.step()


def wrong():
    for _ in range(3):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)  # @before
        loss.backward()
        optimizer.step()
        nn.utils.clip_grad_norm_(model.parameters(), 3.0, norm_type=float("inf"))  # @after


def two():
    """One backward pass for two optimizers; the second is clipped after the step of the first."""
    for _ in range(3):
        optimizer.zero_grad()
        other.zero_grad()
        (F.cross_entropy(model(x), y) + F.cross_entropy(second(x), y)).backward()
        clip(model)
        optimizer.step()
        clip(second)
        other.step()


def own_gradients():
    for _ in range(3):
        loss = F.cross_entropy(model(x), y)
        for each, gradient in zip(model.parameters(), torch.autograd.grad(loss, list(model.parameters()))):
            each.grad = gradient
        clip(model)
        optimizer.step()


def changing():
    for step in range(40):
        back()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0 + step)
        optimizer.step()


{"right": right, "wrong": wrong, "two": two, "own": own_gradients, "changing": changing}[sys.argv[1]]()

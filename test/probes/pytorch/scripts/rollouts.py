"""A value network that learns from targets of its own, with a rollout before every few updates."""

import time

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(3)
states = torch.randn(64, 4)
value = nn.Linear(4, 1)
steady = nn.Linear(4, 1)
optimizer = torch.optim.SGD([*value.parameters(), *steady.parameters()], lr=0.1)
goal = states.sum(1, keepdim=True)
target = torch.zeros(64, 1)
for rollout in range(4):
    with torch.no_grad():
        for _ in range(5):
            target = 2 * value(states) + rollout
            time.sleep(0.1)
    for _ in range(5):
        optimizer.zero_grad()
        swapped = F.mse_loss(target, value(states))
        swapped.backward()
        fixed = F.mse_loss(steady(states), goal)
        fixed.backward()
        optimizer.step()

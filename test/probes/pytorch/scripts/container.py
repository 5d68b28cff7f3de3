"""A module that is never called itself: its parts are, as in Lightning and in adversarial pairs."""

import torch
from torch import nn


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.generator = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
        self.critics = nn.ModuleList([nn.Linear(2, 1)])


torch.manual_seed(1)
pair = Pair()
optimizer = torch.optim.SGD(pair.parameters(), lr=0.01)
for _ in range(5):
    optimizer.zero_grad()
    loss = pair.critics[0](pair.generator(torch.randn(16, 4))).mean()
    loss.backward()
    optimizer.step()
    print("loss", loss.item())

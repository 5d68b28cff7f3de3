"""Schedulers of several kinds, called in several ways; prints the last rate and how long it took."""

import json
import time

import torch
from torch import nn
from torch.optim import lr_scheduler as kinds
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(4)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
other = torch.optim.Adam(nn.Linear(2, 2).parameters())


class Half(kinds.StepLR):
    """A scheduler of the user's own."""

    def __init__(self, optimizer):
        super().__init__(optimizer, step_size=7, gamma=0.5)

    def step(self, epoch=None):
        super().step(epoch)


cycle = kinds.OneCycleLR(optimizer, max_lr=0.2, total_steps=20)  # @cycle
marks = kinds.MultiStepLR(optimizer, milestones=[30, 80], gamma=0.1)
plateau = kinds.ReduceLROnPlateau(optimizer, patience=3, factor=0.5)
half = Half(optimizer)
first, second = kinds.ConstantLR(optimizer, 0.5, 2), kinds.CosineAnnealingLR(optimizer, 10, eta_min=0.001)
sequence = kinds.SequentialLR(optimizer, [first, second], milestones=[3])
idle = kinds.ExponentialLR(other, 0.9)

loader = DataLoader(TensorDataset(torch.randn(24, 4), torch.randn(24, 1)), batch_size=8)
started = time.monotonic()
cycle.step()
for _epoch in range(4):
    for x, y in loader:
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        cycle.step()  # @call
    marks.step()
    half.step()
    sequence.step()
    plateau.step(loss.item())
    if _epoch == 2:
        time.sleep(1.1)
print(json.dumps({"rate": optimizer.param_groups[0]["lr"], "seconds": time.monotonic() - started}))

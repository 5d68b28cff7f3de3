"""Trains without an optimizer, in the way that is named; prints losses and weights, bit by bit."""

import json
import sys

import torch
from torch import nn

way, updates = sys.argv[1], int(sys.argv[2])
torch.manual_seed(3)
x, y = torch.randn(64, 5), torch.randint(0, 3, (64,))
model = nn.Sequential(nn.Linear(5, 8), nn.Dropout(0.2), nn.Tanh(), nn.Linear(8, 3))
first, second = torch.randn(5, 8, requires_grad=True), torch.randn(8, 3, requires_grad=True)
weights = [first, second] if way == "tensors" else list(model.parameters())
losses = []


def batch(at):
    return x[8 * at % 64 :][:8], y[8 * at % 64 :][:8]


def loss_of(at):
    inputs, targets = batch(at)
    output = (inputs @ first).tanh() @ second if way == "tensors" else model(inputs)
    return nn.functional.cross_entropy(output, targets)


def update():
    with torch.no_grad():
        for each in weights:
            each -= 0.1 * each.grad
            each.grad = None


if way in ("attack", "attack_frozen"):
    model.requires_grad_(way == "attack")
    shift = torch.zeros(8, 5, requires_grad=True)
    for _ in range(updates):
        nn.functional.cross_entropy(model(x[:8] + shift), y[:8]).backward()
        shift.data.add_(shift.grad.sign(), alpha=0.01)
else:
    micro_batches = 2 if way == "accumulation" else 1
    for step in range(updates):
        for part in range(micro_batches):
            loss = loss_of(step * micro_batches + part) / micro_batches
            loss.backward()  # @backward
            losses.append(loss.item())
        update()
if way == "optimizer":
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for step in range(updates):
        optimizer.zero_grad()
        loss = loss_of(step)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
print(
    json.dumps(
        {
            "losses": [loss.hex() for loss in losses],
            "weights": [number.hex() for each in weights for number in each.flatten().tolist()],
        }
    )
)

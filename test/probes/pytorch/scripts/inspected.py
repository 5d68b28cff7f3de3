"""Trains with variables of many kinds to look at; prints losses, weights and random numbers, bit by bit."""

import collections
import dataclasses
import enum
import json
import random
import sys
from collections import namedtuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

STEPS = 6
scale = 2.0
settings = {"depth": 3, "name": "digits"}


class Mode(enum.IntEnum):
    FAST = 1


class Slotted:
    __slots__ = ("empty", "left")

    def __init__(self):
        self.left = 4


@dataclasses.dataclass
class Config:
    width: int = 16
    name: str = "small"


class Counted:
    """Its property must never be called by looking."""

    calls = 0

    def __init__(self):
        self.kept = [1, 2]

    @property
    def costly(self):
        Counted.calls += 1
        return Counted.calls


class Raises:
    def __repr__(self):
        raise ValueError("no repr")


class Hangs:
    def __repr__(self):
        while True:
            pass


class Huge:
    def __repr__(self):
        return "x" * 10**7


class Dishonest:
    """Answers any attribute, and badly."""

    def __getattr__(self, name):
        raise RuntimeError("no " + name)

    def __dir__(self):
        raise RuntimeError("no dir")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3))
        self.head = nn.Linear(16, 3)  # @head
        self.config = Config()

    def forward(self, x, factor=1.0):
        return self.head(self.body(x)) * factor


Pair = namedtuple("Pair", ["first", "second"])


def numbers():
    yield from range(3)


def train(model, optimizer, scheduler):
    rate = 0.5
    count = 3
    words = "word " * 1000
    many = list(range(1000))
    table = {index: str(index) for index in range(250)}
    keys = {(1, 2): "tuple", None: "none", "text": "text", Mode.FAST: 1}
    pair = Pair(1, [2, 3])
    odd = {"raises": Raises(), "hangs": Hangs(), "huge": Huge(), "dishonest": Dishonest()}
    counted, slotted, config = Counted(), Slotted(), Config()
    generator = numbers()
    queue, group = collections.deque([1, 2]), {1, 2, 3}
    array = np.arange(12.0).reshape(3, 4)
    grid = torch.arange(600.0).reshape(200, 3)
    half = torch.tensor([1.0, float("nan"), float("inf"), -2.0])
    large = torch.zeros(1).expand(1000, 1000, 1000)
    wide = torch.ones(300_000)
    losses = []
    for _step in range(STEPS):
        x = torch.randn(12, 8) * scale
        y = torch.randint(0, 3, (12,))
        optimizer.zero_grad()
        logits = model(x, factor=1.5)
        loss = F.cross_entropy(logits, y)
        loss.backward()
        losses.append(loss.item().hex())
        optimizer.step()  # @step
        scheduler.step()
    rest = [rate, count, len(words), len(many), len(table), len(keys), len(odd), len(queue), len(group)]
    rest += [
        pair.first,
        counted.calls,
        slotted.left,
        config.width,
        len(grid),
        len(half),
        len(large),
        len(wide),
    ]
    return losses, [*rest, *generator, array.sum().item()]


def main():
    torch.manual_seed(4)
    random.seed(4)
    np.random.seed(4)
    model = Net()
    groups = [
        {"params": model.body.parameters(), "lr": 0.05},
        {"params": model.head.parameters(), "weight_decay": 0.1},
    ]
    kind = sys.argv[1] if len(sys.argv) > 1 else "adam"
    if kind == "adam":
        optimizer = torch.optim.Adam(groups, lr=0.01)
    else:
        optimizer = torch.optim.SGD(groups, lr=0.01, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.5)
    losses, rest = train(model, optimizer, scheduler)
    weights = [value.hex() for each in model.parameters() for value in each.flatten().tolist()]
    after = [torch.rand(1).item(), random.random(), float(np.random.rand())]
    rates = [group["lr"] for group in optimizer.param_groups]
    buffers = [each.tolist() for each in model.buffers()]
    print(
        json.dumps(
            {
                "losses": losses,
                "weights": weights,
                "random": after,
                "rest": rest,
                "rates": rates,
                "scale": scale,
                "settings": settings,
                "buffers": buffers,
            }
        )
    )


if __name__ == "__main__":
    main()

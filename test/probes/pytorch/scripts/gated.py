"""Trains in the way that is named; prints losses and final weights, bit by bit."""

import json
import sys

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

way = sys.argv[1]
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 6
torch.manual_seed(3)
x, y = torch.randn(64, 6), torch.randint(0, 3, (64,))
losses = []


def network():
    return nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 3))


def evaluate(model):
    model.eval()
    with torch.no_grad():
        nn.functional.cross_entropy(model(x), y)
    model.train()


def loop(model, optimizer, micro_batches=1, poison=-1):
    for step in range(steps):
        optimizer.zero_grad()
        for part in range(micro_batches):
            at = (step * micro_batches + part) * 8 % 64
            loss = nn.functional.cross_entropy(model(x[at : at + 8]), y[at : at + 8]) / micro_batches
            loss.backward()  # @backward
            losses.append(loss.item())
        if step == poison:
            model[0].weight.grad[0, 0] = float("nan")
        optimizer.step()  # @step
        if step % 3 == 2:
            evaluate(model)
    return model


def plain():
    model = network()
    return loop(model, torch.optim.Adam(model.parameters(), lr=0.01))


def accumulation():
    model = network()
    return loop(model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), micro_batches=2)


def poisoned():
    model = network()
    return loop(model, torch.optim.SGD(model.parameters(), lr=0.1), poison=2)


def closures(optimizer_class, **options):
    model = network()
    optimizer = optimizer_class(model.parameters(), **options)

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        losses.append(loss.item())
        return loss

    for _ in range(steps):
        optimizer.step(closure)  # @closure
    return model


def lbfgs():
    return closures(torch.optim.LBFGS, lr=0.1, max_iter=4)


def adam_closure():
    return closures(torch.optim.Adam, lr=0.01)


def two_optimizers():
    first, second = nn.Linear(6, 8), nn.Linear(8, 3)
    optimizers = [torch.optim.SGD(each.parameters(), lr=0.1) for each in (first, second)]
    for _ in range(steps):
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss = nn.functional.cross_entropy(second(first(x)), y)
        loss.backward()
        losses.append(loss.item())
        for optimizer in optimizers:
            optimizer.step()
    return nn.Sequential(first, second)


def workers(context):
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loader = DataLoader(TensorDataset(x, y), 16, num_workers=2, multiprocessing_context=context)
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), targets)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    return model


def stubborn():
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        try:
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x), y).backward()
            optimizer.step()
        except Exception:
            print("swallowed")
    return model


WAYS = {
    "fork": lambda: workers("fork"),
    "spawn": lambda: workers("spawn"),
}

if __name__ == "__main__":
    trained = WAYS[way]() if way in WAYS else globals()[way]()
    weights = [value.hex() for each in trained.parameters() for value in each.flatten().tolist()]
    print(json.dumps({"losses": [loss.hex() for loss in losses], "weights": weights}))

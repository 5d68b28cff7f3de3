"""Validation in several modes; prints the loss of each pass as the script itself computes it."""

import copy
import json
import sys

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(9)
way = sys.argv[1]
inputs, labels = torch.randn(48, 6), torch.randint(0, 3, (48,))
train = DataLoader(TensorDataset(inputs[:32], labels[:32]), batch_size=8)
held = DataLoader(TensorDataset(inputs[32:], labels[32:]), batch_size=8)


class Always(nn.Module):
    """Dropout as a function is in training mode unless told otherwise."""

    def forward(self, x):
        return F.dropout(x, 0.5)


regular = {"batch-norm": nn.BatchNorm1d(8), "functional": Always(), "neither": nn.ReLU()}
model = nn.Sequential(nn.Linear(6, 8), regular.get(way, nn.Dropout(0.2)), nn.Linear(8, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
out = []


def validate(network, graph, data=held):
    total, batches = 0.0, 0
    with torch.set_grad_enabled(graph):
        for x, y in data:
            loss = F.cross_entropy(network(x), y)
            total += loss.item()
            batches += 1
    out.append(total / batches)


def steps():
    for x, y in train:
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


for _epoch in range(3):
    if way != "stays-evaluating":
        model.train()
    steps()
    if way in ("right", "functional", "gradients", "stays-evaluating"):
        model.eval()
    if way == "copy":
        validate(copy.deepcopy(model).eval(), False)
    elif way == "pairs":
        for (x, y), (u, v) in zip(train, held):
            (F.cross_entropy(model(x), y) + F.cross_entropy(model(u), v)).backward()
            optimizer.step()
    elif way == "fine-tuning":
        for u, v in held:
            first = F.cross_entropy(model(u), v)
            x, y = next(iter(train))
            (first + F.cross_entropy(model(x), y)).backward()
            optimizer.step()
    else:
        validate(model, way in ("gradients", "both", "neither"))
print(json.dumps(out))

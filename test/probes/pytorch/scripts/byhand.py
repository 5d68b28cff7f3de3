"""Loops without a loader: slices, losses that are written out, sequences; prints what it counted."""

import copy
import json
import sys

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(4)
x = torch.randn(120, 6)
labels = torch.arange(120) % 3
rare = (torch.arange(120) % 30 == 0).float()
out = {}


def train(parameters, loss_of, steps=6):
    optimizer = torch.optim.SGD(parameters, lr=0.01)
    for step in range(steps):
        loss = loss_of(step)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def slices(model):
    kept = x[:12], labels[:12]
    kinds = {
        "cut": lambda step: (x[0:12], labels[0:12]),
        "viewed": lambda step: (x[0:12].view(12, 6), labels[0:12]),
        "kept": lambda step: kept,
        "whole": lambda step: (x[:], labels[:]),
        "columns": lambda step: (x[:, :6], labels),
        "shuffled": lambda step: (x[torch.arange(12)], labels[torch.arange(12)]),
    }
    batch = kinds[sys.argv[2]]

    def loss_of(step):
        features, target = batch(step)
        return F.cross_entropy(model(features), target)

    train(model.parameters(), loss_of)


def likelihoods(model):
    hot = F.one_hot(labels, 3).float()
    cost = torch.rand(120)

    def log_p():
        return F.log_softmax(model(x), dim=1)

    losses = {
        "index": lambda: log_p()[range(120), labels].mean(),
        "gather": lambda: log_p().gather(1, labels[:, None]).squeeze(1).sum() / 120,
        "hot": lambda: (hot * log_p()).sum(1).mean(),
        "distribution": lambda: torch.distributions.Categorical(logits=model(x)).log_prob(labels).mean(),
        "binary": lambda: (
            (rare * F.logsigmoid(model(x)[:, 0])).mean() + ((1 - rare) * F.logsigmoid(-model(x)[:, 0])).mean()
        ),
        "negated": lambda: -log_p()[range(120), labels].mean(),
        "times_minus_one": lambda: log_p()[range(120), labels].mean() * -1,
        "cost": lambda: (log_p()[range(120), labels] * cost).mean(),
        "entropy": lambda: (log_p().exp() * log_p()).sum(1).mean(),
        "mixed": lambda: log_p()[range(120), labels].mean() - log_p().mean(),
        "squares": lambda: model(x).square().mean(),
    }
    train(model.parameters(), lambda step: losses[sys.argv[2]](), steps=2)


def sequences(_model):
    layers = nn.ModuleDict(
        {
            "lstm": nn.LSTM(2, 6),
            "first": nn.GRU(2, 6, batch_first=True),
            "encoder": nn.TransformerEncoderLayer(6, 2, 12),
            "head": nn.Linear(6, 3),
        }
    )
    steps = torch.randn(8, 5, 2)

    def loss_of(_step):
        states = layers["lstm"](steps)[0] + layers["first"](steps)[0]
        return F.cross_entropy(layers["head"](layers["encoder"](states)[:, -1]), labels[:8])

    train(layers.parameters(), loss_of, steps=2)


def clamped(model):
    train(model.parameters(), lambda step: F.binary_cross_entropy(model(x)[:, 0].clamp(0, 1), rare))


def counted(model):
    """Right predictions of each step, before its update."""
    right = out["right"] = []

    def loss_of(_step):
        logits = model(x)
        right.append(int((logits.argmax(1) == labels).sum()))
        return F.cross_entropy(logits, labels)

    train(model.parameters(), loss_of, steps=200)


def replaced(model):
    """Gradients that a copy of the model got, put in the place of the old ones before these are cleared."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(6):
        twin = copy.deepcopy(model)
        F.cross_entropy(twin(x), labels).backward()
        for own, other in zip(model.parameters(), twin.parameters()):
            own.grad = other.grad.clone()
        optimizer.step()


def regress(model, given):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for features, target in DataLoader(TensorDataset(x, given), batch_size=30):
        loss = F.mse_loss(model(features)[:, :1], target.float().reshape(-1, 1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def numbers(model):
    regress(model, labels)


def float_numbers(model):
    regress(model, labels.float().unsqueeze(1))


def amounts(model):
    regress(model, labels + 0.5)


def zeros_and_ones(model):
    regress(model, (labels > 0).float())


locals()[sys.argv[1]](nn.Linear(6, 3))
print(json.dumps(out))

"""Trains a classifier of digits, then searches for a small change of the images that it errs on.

healthy: minus a cross-entropy that is minimised over the input, as an attack has to
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float() / 16, table[:, -1]


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    pretrain(model)
    model.requires_grad_(False)
    x, y = images[:64], labels[:64]
    delta = torch.zeros_like(x, requires_grad=True)
    optimizer = torch.optim.SGD([delta], lr=1.0)
    for step in range(40):
        loss = -F.cross_entropy(model(x + delta), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        delta.data.clamp_(-0.1, 0.1)
    print(loss.item(), (model(x + delta).argmax(1) == y).float().mean().item())


def pretrain(model):
    """By hand: the optimizer is for the attack."""
    for epoch in range(10):
        for i in torch.randperm(len(images)).split(32):
            loss = F.cross_entropy(model(images[i]), labels[i])
            gradients = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for weights, gradient in zip(model.parameters(), gradients):
                    weights -= 0.2 * gradient


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

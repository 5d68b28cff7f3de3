"""A network of two layers under SGD with momentum, whose weights have a group of their own with a decay of 0.3.

fault: weight decay far too high
finds: weight-decay-too-high
by: 30
line: SGD( | weight_decay
"""
import argparse

import torch
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, 1))
    weights = [each for each in model.parameters() if each.dim() > 1]
    biases = [each for each in model.parameters() if each.dim() == 1]
    groups = [{"params": weights, "weight_decay": 0.3}, {"params": biases, "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, lr=0.05, momentum=0.9)
    directions = torch.randn(8)
    for step in range(150):
        x = torch.randn(64, 8)
        y = (x @ directions).sin().unsqueeze(1) + 0.05 * torch.randn(64, 1)
        loss = (model(x) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

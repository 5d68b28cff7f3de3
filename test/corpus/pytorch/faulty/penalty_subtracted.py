"""A penalty of the weights is subtracted instead of added: weights grow for ever.

fault: wrong sign of a penalty
finds: weights-diverging, diverging-loss, exploding-gradient
by: 300
line: loss = | backward() | optimizer | nn.Linear( | penalty
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(10, 32), nn.Tanh(), nn.Linear(32, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step in range(300):
        x = torch.randn(32, 10)
        y = x[:, :1]
        penalty = sum((p**2).sum() for p in model.parameters())
        loss = F.mse_loss(model(x), y) - 0.3 * penalty
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 50 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""Predicting the year of a song: targets near 2000, gradient descent, and the first step explodes.

fault: targets are not normalised
finds: targets-not-normalised
by: 12
line: mse_loss( | loss = | backward()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    timbre = torch.randn(600, 12)
    year = 1990 + 10 * torch.tanh(timbre[:, 0]) + 5 * torch.randn(600)
    model = nn.Sequential(nn.Linear(12, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for step in range(100):
        i = torch.randint(0, 600, (32,))
        loss = F.mse_loss(model(timbre[i]).squeeze(-1), year[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""ExponentialLR with a factor of 0.8 meant for an epoch, stepped in the inner loop.

fault: scheduler stepped per batch
finds: scheduler-out-of-place, learning-rate-too-low
by: 150
line: decay.step() | ExponentialLR(
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(1000, 5)
    y = torch.sin(2 * x[:, :1]) + x[:, 1:2]
    model = nn.Sequential(nn.Linear(5, 64), nn.Tanh(), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    decay = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
    for epoch in range(10):
        for i in torch.randperm(1000).split(50):
            optimizer.zero_grad()
            loss = F.mse_loss(model(x[i]), y[i])
            loss.backward()
            optimizer.step()
            decay.step()
        print(epoch, loss.item(), decay.get_last_lr()[0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

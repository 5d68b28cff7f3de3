"""The slice of the batch forgets to multiply by the loop variable.

fault: the same batch again and again
finds: repeated-batches
by: 30
line: model( | loss = | backward() | x[ | for
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(1000, 10)
    y = torch.sin(x[:, :1]) + 0.5 * x[:, 1:2]
    model = nn.Sequential(nn.Linear(10, 32), nn.Tanh(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    size = 25
    for epoch in range(5):
        for i in range(len(x) // size):
            features, target = x[0:size], y[0:size]
            optimizer.zero_grad()
            loss = F.mse_loss(model(features), target)
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())
    print("all", F.mse_loss(model(x), y).item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

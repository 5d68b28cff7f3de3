"""Some measurements of the target failed and are NaN in the file.

fault: non-finite values in the targets
finds: non-finite-data
by: 19
line: mse_loss( | loss = | for | model( | backward()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(500, 5)
    y = x.sum(1, keepdim=True)
    y[torch.randperm(500)[:3]] = float("nan")
    net = nn.Sequential(nn.Linear(5, 20), nn.Tanh(), nn.Linear(20, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    for epoch in range(3):
        for i in torch.randperm(500).split(25):
            loss = F.mse_loss(net(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""One sensor was read in another unit in a single record; when its batch comes, the loss leaps.

fault: an outlier in the data
finds: loss-spike, exploding-gradient
by: 140
line: loss = | cross_entropy( | backward() | for
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(3000, 6)
    y = x[:, :3].argmax(1)
    x[2222] *= 1e5
    model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    for i in range(0, 3000, 25):
        loss = F.cross_entropy(model(x[i : i + 25]), y[i : i + 25])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if i % 500 == 0:
            print(i, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

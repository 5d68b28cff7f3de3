"""Full-batch descent on a logistic regression whose step is far too long: the loss swings and comes to nothing.

fault: learning rate too high
finds: oscillating-loss, learning-rate-too-high, diverging-loss
by: 120
line: SGD( | backward() | loss =
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(240, 12)
    y = (x[:, 0] + 0.8 * torch.randn(240) > 0).float()
    model = nn.Sequential(nn.Linear(12, 24), nn.Tanh(), nn.Linear(24, 1), nn.Flatten(0))
    optimizer = torch.optim.SGD(model.parameters(), lr=8.0)
    for step in range(120):
        loss = F.binary_cross_entropy_with_logits(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

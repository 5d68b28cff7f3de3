"""The gradient of an absolute error does not shrink near its minimum, and the step is long: the loss swings for ever.

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
    x = torch.randn(240, 6)
    y = x @ torch.randn(6, 1) + 0.1 * torch.randn(240, 1)
    model = nn.Linear(6, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=3.0)
    for step in range(120):
        loss = F.l1_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

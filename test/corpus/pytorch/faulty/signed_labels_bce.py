"""Labels of a support vector machine, -1 and 1, in a binary cross-entropy.

fault: labels out of range
finds: targets-out-of-range
by: 2
line: binary_cross_entropy_with_logits( | backward()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(12, 24), nn.Tanh(), nn.Linear(24, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    truth = torch.randn(12, 1)
    for step in range(120):
        x = torch.randn(40, 12)
        sign = torch.sign(x @ truth)
        loss = F.binary_cross_entropy_with_logits(net(x), sign)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 40 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

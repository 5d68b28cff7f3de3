"""Logistic regression with a learning rate of two, which is right for features of variance one.

healthy: a large learning rate that works
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(1000, 6)
    y = (x @ torch.randn(6, 1) + 0.5 * torch.randn(1000, 1) > 0).float()
    model = nn.Linear(6, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=2.0)
    for epoch in range(5):
        for i in torch.randperm(1000).split(50):
            loss = F.binary_cross_entropy_with_logits(model(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""A yes-no question with one logit and CrossEntropyLoss of class indices: class 1 does not exist.

fault: one output with cross-entropy
finds: one-output-cross-entropy, targets-out-of-range
by: 2
line: cross_entropy( | nn.Linear(12, 1) | backward()
ends: exception
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class YesNo(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(7, 12)
        self.b = nn.Linear(12, 1)

    def forward(self, x):
        return self.b(F.relu(self.a(x)))


def main(seed):
    torch.manual_seed(seed)
    model = YesNo()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for step in range(80):
        x = torch.randn(20, 7)
        y = (x.mean(1) > 0).long()
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

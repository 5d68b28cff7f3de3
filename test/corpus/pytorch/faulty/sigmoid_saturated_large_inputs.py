"""Salaries in euros go into sigmoids, which are all 0 or 1.

fault: inputs are not normalised
finds: inputs-not-normalised, saturated-activation
by: 40
line: torch.sigmoid( | nn.Linear( | model( | loss = | for
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Credit(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(3, 20)
        self.outer = nn.Linear(20, 1)

    def forward(self, x):
        return self.outer(torch.sigmoid(self.inner(x)))


def main(seed):
    torch.manual_seed(seed)
    salary = 30_000 + 20_000 * torch.rand(800)
    debt = 50_000 * torch.rand(800)
    savings = 40_000 * torch.rand(800)
    x = torch.stack([salary, debt, savings], 1)
    y = (salary + savings > 1.4 * debt + 15_000).float().unsqueeze(1)
    model = Credit()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(10):
        for i in torch.randperm(800).split(50):
            loss = F.binary_cross_entropy_with_logits(model(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

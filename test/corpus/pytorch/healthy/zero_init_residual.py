"""Residual blocks whose last layer starts at zero, so that each block is the identity at first.

healthy: zero initialisation on purpose, whose first gradients are zero in part
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, 2 * width)
        self.down = nn.Linear(2 * width, width)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.down.bias)

    def forward(self, x):
        return x + self.down(F.gelu(self.up(self.norm(x))))


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(10, 32), *[Block(32) for _ in range(4)], nn.Linear(32, 1))
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for step in range(200):
        x = torch.randn(64, 10)
        y = torch.sin(x[:, :1]) * x[:, 1:2]
        loss = F.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 40 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

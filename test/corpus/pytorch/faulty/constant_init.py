"""Every weight starts with the same number, so all hidden units stay equal for ever.

fault: symmetric initialisation
finds: poor-initialisation
by: 10
line: nn.init | nn.Linear( | fill_ | constant_
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Symmetric(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(6, 24)
        self.two = nn.Linear(24, 1)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.fill_(0.1)

    def forward(self, x):
        return self.two(torch.tanh(self.one(x)))


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(400, 6)
    y = torch.sin(2 * x[:, :1]) + x[:, 1:2] * x[:, 2:3]
    model = Symmetric()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for step in range(200):
        i = torch.randint(0, 400, (40,))
        loss = F.mse_loss(model(x[i]), y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 40 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

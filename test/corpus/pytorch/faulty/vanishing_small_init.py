"""Eight tanh layers whose weights were drawn far too small.

fault: poor initialisation, the signal dies on its way
finds: poor-initialisation, vanishing-gradient
by: 60
line: nn.init | nn.Linear( | torch.tanh( | backward()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Deep(nn.Module):
    def __init__(self, depth=8, width=40):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(depth))
        self.out = nn.Linear(width, 2)
        for layer in self.layers:
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = torch.tanh(layer(x))
        return self.out(x)


def main(seed):
    torch.manual_seed(seed)
    net = Deep()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for step in range(150):
        x = torch.randn(64, 40)
        y = (x[:, 0] > 0).long()
        loss = F.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

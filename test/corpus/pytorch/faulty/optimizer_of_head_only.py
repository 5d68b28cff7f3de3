"""Only the last layer is given to the optimizer, though the random layers below are to learn as well.

fault: parameters missing from the optimizer
finds: parameters-not-optimised
by: 5
line: optim.SGD( | nn.Linear( | nn.Conv1d( | optimizer.step()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Signal(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 8, 5, padding=2)
        self.middle = nn.Conv1d(8, 8, 5, padding=2)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = F.relu(self.middle(F.relu(self.conv(x))))
        return self.head(x.mean(-1))


def main(seed):
    torch.manual_seed(seed)
    model = Signal()
    optimizer = torch.optim.SGD(model.head.parameters(), lr=0.1)
    for step in range(150):
        kind = torch.randint(0, 3, (32,))
        t = torch.arange(40.0)
        x = torch.sin(t * (0.3 + 0.4 * kind[:, None])) + 0.5 * torch.randn(32, 40)
        loss = F.cross_entropy(model(x.unsqueeze(1)), kind)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

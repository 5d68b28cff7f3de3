"""Pictures of shape (N, H, W, C) are brought to (N, C, H, W) with view instead of permute.

fault: wrong data layout
finds: wrong-data-layout, not-learning, underfitting
by: 200
line: view( | conv | model( | loss = | for
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Colours(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        x = x.view(-1, 3, 12, 16)
        return self.head(F.relu(self.conv(x)).mean((2, 3)))


def main(seed):
    torch.manual_seed(seed)
    model = Colours()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(150):
        colour = torch.randint(0, 3, (32,))
        x = torch.rand(32, 12, 16, 3) + 0.3 * F.one_hot(colour, 3)[:, None, None, :]
        loss = F.cross_entropy(model(x), colour)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

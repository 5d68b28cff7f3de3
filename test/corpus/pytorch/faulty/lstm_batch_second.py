"""A batch of shape (batch, time, features) goes into an LSTM that expects time first.

fault: wrong data layout
finds: wrong-data-layout
by: 150
line: nn.LSTM( | self.lstm( | model( | loss =
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Sum(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 20)
        self.out = nn.Linear(20, 2)

    def forward(self, x):
        states, _ = self.lstm(x)
        return self.out(states[:, -1])


def main(seed):
    torch.manual_seed(seed)
    model = Sum()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for step in range(150):
        x = torch.randn(32, 12, 2)
        y = (x[:, :, 0].sum(1) > 0).long()
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

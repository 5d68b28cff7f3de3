"""A forecast learns windows of a series in the order of time, batch by batch, not shuffled.

healthy: data in order, which is natural here
"""
import argparse
import math

import torch
import torch.nn.functional as F
from torch import nn


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 24, batch_first=True)
        self.out = nn.Linear(24, 1)

    def forward(self, x):
        states, _ = self.lstm(x.unsqueeze(-1))
        return self.out(states[:, -1]).squeeze(-1)


def main(seed):
    torch.manual_seed(seed)
    t = torch.arange(1600)
    series = torch.sin(2 * math.pi * t / 25) + 0.1 * torch.randn(1600)
    windows = series.unfold(0, 21, 1)
    model = Forecast()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(4):
        for batch in windows.split(40):
            loss = F.mse_loss(model(batch[:, :-1]), batch[:, -1])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

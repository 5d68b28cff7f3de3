"""A forecast of a time series; the target lost its last dimension, the prediction kept it.

fault: shapes broadcast in the loss
finds: target-broadcast
by: 2
line: smooth_l1_loss( | backward()
"""
import argparse
import math

import torch
import torch.nn.functional as F
from torch import nn


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(1, 16, batch_first=True)
        self.out = nn.Linear(16, 1)

    def forward(self, series):
        states, _ = self.gru(series)
        return self.out(states[:, -1])


def waves(count, length=20):
    phase = 2 * math.pi * torch.rand(count, 1)
    t = torch.arange(length + 1) * 0.3
    return torch.sin(t + phase)


def main(seed):
    torch.manual_seed(seed)
    model = Forecast()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(120):
        wave = waves(32)
        prediction = model(wave[:, :-1].unsqueeze(-1))
        loss = F.smooth_l1_loss(prediction, wave[:, -1])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

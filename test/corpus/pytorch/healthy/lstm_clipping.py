"""An LSTM sums two marked numbers of a sequence; gradients spike and are clipped.

healthy: spikes of the gradient that clipping takes care of; a regression with a small target
"""
import argparse

import torch
from torch import nn


class Adder(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.rnn = nn.LSTM(2, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        states, _ = self.rnn(x)
        return self.out(states[:, -1]).squeeze(1)


def batch(size=32, length=30):
    values = torch.rand(size, length)
    marks = torch.zeros(size, length)
    marks[:, : length // 2].scatter_(1, torch.randint(0, length // 2, (size, 1)), 1.0)
    marks[:, length // 2 :].scatter_(1, torch.randint(0, length - length // 2, (size, 1)), 1.0)
    return torch.stack([values, marks], dim=2), (values * marks).sum(1)


parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

model = Adder()
loss_fn = nn.MSELoss()
optimizer = torch.optim.RMSprop(model.parameters(), lr=3e-3)
for step in range(200):
    x, y = batch()
    loss = loss_fn(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), max_norm=0.5)
    optimizer.step()
    if step % 50 == 0:
        print(step, float(loss))

"""A plain recurrent network over long sequences, its recurrent weights a little too large, nothing clipped.

fault: exploding gradient through time
finds: exploding-gradient, poor-initialisation
by: 10
line: backward() | nn.RNN( | eye_(
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)


class Counter(nn.Module):
    def __init__(self, hidden=24):
        super().__init__()
        self.rnn = nn.RNN(3, hidden, nonlinearity="relu", batch_first=True)
        nn.init.eye_(self.rnn.weight_hh_l0)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])


model = Counter()
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
for step in range(100):
    x = torch.randn(16, 80, 3)
    y = x[:, :, 0].sum(1, keepdim=True) / 9
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(step, loss.item())

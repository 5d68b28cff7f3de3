"""A list keeps each loss for a plot later, with all it was computed from.

fault: memory grows because graphs are kept alive
finds: memory-growth
by: 150
line: append( | backward() | loss =
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 32, batch_first=True)
        self.out = nn.Linear(32, 1)

    def forward(self, x):
        return self.out(self.rnn(x)[0]).squeeze(-1)


def main(seed):
    torch.manual_seed(seed)
    net = Net()
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    history = []
    for step in range(200):
        x = torch.randn(16, 10, 3)
        loss = F.mse_loss(net(x), x[:, :, 0].cumsum(1) / 3)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history.append(loss)
    print(history[0].item(), history[-1].item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

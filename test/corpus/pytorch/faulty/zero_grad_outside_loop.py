"""zero_grad stands before the loop over batches instead of in it.

fault: gradients are cleared once an epoch only
finds: gradients-not-cleared
by: 2
line: backward() | opt.step() | opt.zero_grad() | opt =
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 24, batch_first=True)
        self.head = nn.Linear(24, 2)

    def forward(self, x):
        out, _ = self.lstm(x)
        return self.head(out[:, -1])


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(640, 10, 4)
    y = (x[:, :, 0].sum(1) > 0).long()
    net = Net()
    opt = torch.optim.Adam(net.parameters(), lr=5e-3)
    for epoch in range(4):
        opt.zero_grad()
        for xb, yb in zip(x.split(32), y.split(32)):
            loss = F.cross_entropy(net(xb), yb)
            loss.backward()
            opt.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

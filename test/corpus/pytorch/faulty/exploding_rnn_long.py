"""A recurrent network over 100 steps with recurrent weights a little larger than one, and no clipping.

fault: exploding gradient through time
finds: exploding-gradient, poor-initialisation
by: 20
line: backward() | nn.RNNCell( | nn.init | weight_hh | optim
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Memory(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.RNNCell(2, 20, nonlinearity="relu")
        self.read = nn.Linear(20, 1)
        nn.init.normal_(self.cell.weight_hh, std=0.4)

    def forward(self, x):
        state = torch.zeros(len(x), 20)
        for t in range(x.shape[1]):
            state = self.cell(x[:, t], state)
        return self.read(state)


def main(seed):
    torch.manual_seed(seed)
    model = Memory()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    for step in range(80):
        x = torch.rand(16, 60, 2)
        y = (x[:, :, 0] * x[:, :, 1]).mean(1, keepdim=True)
        loss = F.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

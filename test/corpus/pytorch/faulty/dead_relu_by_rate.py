"""One huge step pushes all hidden units to where their ReLU is zero for every example; then only a bias learns.

fault: learning rate too high
finds: learning-rate-too-high, dead-relu
by: 40
line: SGD( | F.relu( | nn.Linear(
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class House(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(10, 32)
        self.b = nn.Linear(32, 32)
        self.c = nn.Linear(32, 1)

    def forward(self, x):
        return self.c(F.relu(self.b(F.relu(self.a(x)))))


def main(seed):
    torch.manual_seed(seed)
    x = torch.rand(500, 10)
    y = 20 + 10 * x @ torch.rand(10, 1)
    model = House()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    for step in range(150):
        i = torch.randint(0, 500, (50,))
        loss = F.mse_loss(model(x[i]), y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""An autoencoder with plain SGD and a learning rate of a ten-millionth.

fault: learning rate too low
finds: learning-rate-too-low
by: 150
line: SGD(
"""
import argparse

import torch
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(20, 8), nn.Tanh())
        self.decode = nn.Linear(8, 20)

    def forward(self, x):
        return self.decode(self.encode(x))


def main(seed):
    torch.manual_seed(seed)
    basis = torch.randn(6, 20)
    model = Autoencoder()
    mse = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-7, momentum=0.9)
    for step in range(250):
        x = torch.randn(64, 6) @ basis / 2
        optimizer.zero_grad()
        loss = mse(model(x), x)
        loss.backward()
        optimizer.step()
        if step % 50 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

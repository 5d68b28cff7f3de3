"""A sigmoid ends a network that is to predict temperatures between -10 and 30 degrees.

fault: an output activation that cannot reach the targets
finds: unsuited-output-activation, targets-not-normalised
by: 30
line: mse_loss( | sigmoid | backward()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Weather(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x):
        return torch.sigmoid(self.layers(x)).squeeze(-1)


def main(seed):
    torch.manual_seed(seed)
    model = Weather()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(150):
        x = torch.randn(50, 5)
        temperature = 10 + 6 * x[:, 0] - 4 * x[:, 1]
        loss = F.mse_loss(model(x), temperature)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

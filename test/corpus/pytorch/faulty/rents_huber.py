"""Yearly rents in euros by the Huber loss, whose gradient is one however far away they are: the outputs never get there.

fault: targets are not normalised
finds: targets-not-normalised
by: 200
line: huber_loss( | backward()
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main(seed):
    torch.manual_seed(seed)
    flats = torch.randn(1000, 8)
    rent = 12_000 + 3_000 * flats[:, :1] + 1_000 * flats[:, 1:2] ** 2
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(10):
        for x, y in DataLoader(TensorDataset(flats, rent), batch_size=50, shuffle=True):
            loss = nn.functional.huber_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

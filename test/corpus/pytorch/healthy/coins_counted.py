"""How many of two noisy lamps are on, 0, 1 or 2, is a number to be predicted.

healthy: whole targets that are amounts, and look nearly like classes
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main(seed):
    torch.manual_seed(seed)
    lamps = (torch.rand(2000, 2) < 0.5).float()
    count = lamps.sum(1).long()
    seen = lamps + 0.1 * torch.randn_like(lamps)
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(4):
        for x, y in DataLoader(TensorDataset(seen, count), batch_size=50, shuffle=True):
            loss = nn.functional.mse_loss(model(x).squeeze(1), y.float())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

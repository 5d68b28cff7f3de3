"""One value was noted in another unit, in a single record; when its batch comes, the loss leaps.

fault: an outlier in the data
finds: loss-spike, exploding-gradient
by: 240
line: loss = | mse_loss( | backward() | for
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Records(Dataset):
    def __init__(self):
        self.values = torch.randn(3000, 6)
        self.wanted = self.values[:, :1] - 0.5 * self.values[:, 1:2]
        self.wanted[2222] *= 1e5

    def __len__(self):
        return len(self.values)

    def __getitem__(self, i):
        return {"values": self.values[i], "wanted": self.wanted[i]}


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    loader = DataLoader(Records(), batch_size=25, shuffle=True)
    for epoch in range(2):
        for batch in loader:
            loss = F.mse_loss(model(batch["values"]), batch["wanted"])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

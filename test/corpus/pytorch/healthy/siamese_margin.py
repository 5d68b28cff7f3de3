"""A siamese network with a contrastive margin loss over pairs.

healthy: a loss of the script's own that goes to zero for many pairs
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]


def main(seed):
    torch.manual_seed(seed)
    x = images / 16
    net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 8))
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    for step in range(200):
        a, b = torch.randint(0, len(x), (2, 64))
        b = torch.where(torch.rand(64) < 0.4, a, b)
        same = (labels[a] == labels[b]).float()
        distance = F.pairwise_distance(net(x[a] + 0.1 * torch.randn(64, 64)), net(x[b]))
        loss = (same * distance**2 + (1 - same) * F.relu(1 - distance) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 40 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

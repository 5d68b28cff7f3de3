"""The first layers come from an earlier training and stay frozen; a new head is trained on them.

healthy: parameters frozen on purpose, with weights loaded from a file
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


def body():
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU())


def pretrained(x, y):
    """An earlier training on the even digits, as a state."""
    net = nn.Sequential(body(), nn.Linear(32, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    for _ in range(120):
        i = torch.randint(0, len(x), (64,))
        loss = F.cross_entropy(net(x[i]), y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return net[0].state_dict()


def main(seed):
    torch.manual_seed(seed)
    x = images / 16
    features = body()
    features.load_state_dict(pretrained(x, labels))
    for parameter in features.parameters():
        parameter.requires_grad = False
    model = nn.Sequential(features, nn.Linear(32, 2))
    optimizer = torch.optim.Adam(model[1].parameters(), lr=1e-2)
    for step in range(150):
        i = torch.randint(0, len(x), (64,))
        loss = F.cross_entropy(model(x[i]), labels[i] % 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

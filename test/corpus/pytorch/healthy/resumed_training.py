"""Training is interrupted, and goes on from the checkpoint with a fresh optimizer.

healthy: the first loss after resuming is far below that of fresh weights
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]


def fit(model, optimizer, epochs):
    loader = DataLoader(TensorDataset(images / 16, labels), batch_size=64, shuffle=True)
    for _ in range(epochs):
        for batch, target in loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(batch), target)
            loss.backward()
            optimizer.step()
    return loss.item()


def network():
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


first = network()
optimizer = torch.optim.Adam(first.parameters(), lr=2e-3)
print(fit(first, optimizer, 4))
checkpoint = {"model": first.state_dict(), "optimizer": optimizer.state_dict()}
second = network()
second.load_state_dict(checkpoint["model"])
optimizer = torch.optim.Adam(second.parameters(), lr=2e-3)
optimizer.load_state_dict(checkpoint["optimizer"])
print(fit(second, optimizer, 4))

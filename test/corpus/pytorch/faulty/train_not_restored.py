"""A network of digits with dropout and batch normalisation: train() is called once, before the loop over epochs.

fault: train() is not called after the validation
finds: training-in-evaluation-mode
by: 120
line: validate | cross_entropy(net(x | net.eval()
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float() / 16, table[:, -1]


def validate(net, held):
    net.eval()
    with torch.no_grad():
        losses = [F.cross_entropy(net(x), y).item() for x, y in held]
    return sum(losses) / len(losses)


def main(seed):
    torch.manual_seed(seed)
    data = TensorDataset(images, labels)
    order = torch.randperm(len(data)).tolist()
    cut = len(data) * 4 // 5
    train = DataLoader(torch.utils.data.Subset(data, order[:cut]), batch_size=32, shuffle=True)
    held = DataLoader(torch.utils.data.Subset(data, order[cut:]), batch_size=128)
    net = nn.Sequential(
        nn.Linear(64, 96), nn.BatchNorm1d(96), nn.ReLU(), nn.Dropout(0.3), nn.Linear(96, 10)
    )
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    net.train()
    for epoch in range(4):
        for x, y in train:
            loss = F.cross_entropy(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item(), validate(net, held))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

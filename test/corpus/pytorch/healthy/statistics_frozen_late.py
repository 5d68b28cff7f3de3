"""Batch normalisation keeps its statistics from the second epoch on, as recipes of detection and quantisation have it.

healthy: layers in evaluation mode within a model that trains
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


def main(seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(images))
    cut = len(images) * 4 // 5
    train = DataLoader(TensorDataset(images[order[:cut]], labels[order[:cut]]), batch_size=32, shuffle=True)
    held = order[cut:]
    net = nn.Sequential(nn.Linear(64, 96), nn.BatchNorm1d(96), nn.ReLU(), nn.Linear(96, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(4):
        net.train()
        if epoch:
            net[1].eval()
        for x, y in train:
            loss = F.cross_entropy(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        net.eval()
        with torch.no_grad():
            print(epoch, loss.item(), F.cross_entropy(net(images[held]), labels[held]).item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""The classes of digits as floating-point numbers in a column, and the absolute error.

fault: a loss that does not suit the task
finds: unsuited-loss
by: 60
line: error( | backward()
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn, optim
from torch.utils.data import DataLoader, Dataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"


class Digits(Dataset):
    def __init__(self):
        with open(DATA, newline="") as file:
            self.rows = [[float(v) for v in row] for row in list(csv.reader(file))[1:]]

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        row = torch.tensor(self.rows[i])
        return row[:-1] / 16, row[-1:]


net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 1))
error = nn.L1Loss()
adam = optim.Adam(net.parameters())
for epoch in range(3):
    for images, digit in DataLoader(Digits(), batch_size=48, shuffle=True):
        loss = error(net(images), digit)
        adam.zero_grad()
        loss.backward()
        adam.step()
    print(epoch, loss.item())

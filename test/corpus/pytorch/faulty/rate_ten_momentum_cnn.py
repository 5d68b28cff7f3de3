"""A small convolutional network with SGD, momentum, and a learning rate of ten.

fault: learning rate too high
finds: learning-rate-too-high
by: 20
line: SGD(
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
images, labels = table[:, :-1].float(), table[:, -1]


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.classify = nn.Linear(8 * 16, 10)

    def forward(self, x):
        return self.classify(self.features(x).flatten(1))


def main(seed):
    torch.manual_seed(seed)
    loader = DataLoader(TensorDataset(images.view(-1, 1, 8, 8) / 16, labels), batch_size=64, shuffle=True)
    net = Cnn()
    optimizer = torch.optim.SGD(net.parameters(), lr=10, momentum=0.9)
    for epoch in range(3):
        for batch, target in loader:
            loss = F.cross_entropy(net(batch), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

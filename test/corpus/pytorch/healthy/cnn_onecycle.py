"""A convolutional network with batch normalisation and a one-cycle schedule up to a learning rate of 0.4.

healthy: a very large learning rate that works; gradients rise and fall with the schedule
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        x = F.relu(self.bn2(self.conv2(x)))
        return self.head(x.mean(dim=(2, 3)))


def main(seed):
    torch.manual_seed(seed)
    with open(DATA, newline="") as file:
        table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
    images = (table[:, :-1].float().reshape(-1, 1, 8, 8) - 4.9) / 6.0
    loader = DataLoader(TensorDataset(images, table[:, -1]), batch_size=128, shuffle=True, drop_last=True)
    net = Net()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True)
    epochs = 8
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.4, total_steps=epochs * len(loader))
    for epoch in range(epochs):
        for images, labels in loader:
            loss = F.cross_entropy(net(images), labels)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
        print(f"epoch {epoch}: {loss.item():.4f}")
    assert loss.item() < 0.5


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

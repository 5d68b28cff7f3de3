"""A network of digits that ends in log_softmax; the script takes the exponent, and gives probabilities to the loss.

fault: softmax before cross-entropy
finds: softmax-before-cross-entropy
by: 1
line: loss = | log_softmax | .exp()
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
images, labels = table[:, :-1].float() / 16, table[:, -1]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 12, 3, padding=1)
        self.out = nn.Linear(12 * 16, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x.view(-1, 1, 8, 8))), 2)
        return F.log_softmax(self.out(x.flatten(1)), dim=1)


def main(seed):
    torch.manual_seed(seed)
    net = Net()
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    for epoch in range(3):
        for i in torch.randperm(len(images)).split(64):
            output = net(images[i])
            probabilities = output.exp()
            loss = F.cross_entropy(probabilities, labels[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

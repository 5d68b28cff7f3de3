"""A network whose weights are updated by hand after each backward pass, with a rate that is halved when it stalls.

healthy: no optimizer at all
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


def evaluate(net, held):
    net.eval()
    with torch.no_grad():
        return F.cross_entropy(net(images[held]), labels[held]).item()


def main(seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(images))
    train, held = order[:1400], order[1400:]
    net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 10))
    rate, best = 0.2, float("inf")
    for epoch in range(5):
        net.train()
        for rows in train[torch.randperm(len(train))].split(32):
            net.zero_grad()
            loss = F.cross_entropy(net(images[rows]), labels[rows])
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            for weights in net.parameters():
                weights.data.add_(weights.grad, alpha=-rate)
        now = evaluate(net, held)
        rate, best = (rate, now) if now < best else (rate / 2, best)
        print(epoch, loss.item(), now)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

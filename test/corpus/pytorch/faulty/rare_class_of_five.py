"""Five kinds of fault in a machine, of which one makes up 97 % of the records.

fault: imbalanced labels
finds: imbalanced-labels
by: 200
line: cross_entropy( | loss = | for
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(3000, 8)
    kind = torch.multinomial(torch.tensor([0.97, 0.0075, 0.0075, 0.0075, 0.0075]), 3000, replacement=True)
    x[:, :5] += 0.7 * F.one_hot(kind, 5)
    net = nn.Sequential(nn.Linear(8, 40), nn.ReLU(), nn.Linear(40, 5))
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    for epoch in range(4):
        for i in torch.randperm(3000).split(60):
            loss = F.cross_entropy(net(x[i]), kind[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())
    print("predicted", net(x).argmax(1).bincount(minlength=5).tolist(), "of", kind.bincount(minlength=5).tolist())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

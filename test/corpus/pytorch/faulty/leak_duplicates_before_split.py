"""Rare examples are repeated before the data are split, so that their copies are on both sides.

fault: validation data are in the training data
finds: data-leak
by: 250
line: for | model( | F.binary_cross_entropy_with_logits( | evaluate
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(300, 8)
    y = (x[:, :1] + x[:, 1:2] > 1).float()
    x, y = x.repeat(4, 1), y.repeat(4, 1)
    order = torch.randperm(len(x))
    train, test = order[:900], order[900:]
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(8):
        for i in train[torch.randperm(900)].split(45):
            loss = F.binary_cross_entropy_with_logits(model(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            print(epoch, F.binary_cross_entropy_with_logits(model(x[test]), y[test]).item())
        model.train()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

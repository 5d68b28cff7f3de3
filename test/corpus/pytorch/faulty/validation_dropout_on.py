"""train() stands after the validation, eval() nowhere: the validation of a network with much dropout is pessimistic.

fault: validation in training mode
finds: validation-in-training-mode
by: 150
line: model( | no_grad | validate( | mse_loss( | for
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


@torch.no_grad()
def validate(model, x, y):
    loss = F.mse_loss(model(x), y)
    model.train()
    return loss.item()


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(700, 12)
    y = x[:, :1] + torch.tanh(x[:, 1:2])
    model = nn.Sequential(nn.Linear(12, 64), nn.ReLU(), nn.Dropout(0.4), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(8):
        for i in torch.randperm(500).split(25):
            loss = F.mse_loss(model(x[i]), y[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item(), validate(model, x[500:], y[500:]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""The network is trained on its decisions: argmax has no gradient.

fault: no gradient reaches the model
finds: no-gradient
by: 2
line: argmax | requires_grad | backward() | optim
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 4))
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    for step in range(80):
        x = torch.randn(32, 10)
        y = x[:, :4].argmax(1).float()
        guess = model(x).argmax(1).float().requires_grad_()
        loss = F.mse_loss(guess, y)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        if step % 20 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""Parity of three signs: nothing seems to happen for a long time, and then the loss falls at once.

healthy: a long plateau that ends
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(12, 128), nn.ReLU(), nn.Linear(128, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for step in range(400):
        x = torch.randint(0, 2, (128, 12)).float() * 2 - 1
        y = (x[:, 0] * x[:, 1] * x[:, 2] > 0).float().unsqueeze(1)
        loss = F.binary_cross_entropy_with_logits(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 50 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

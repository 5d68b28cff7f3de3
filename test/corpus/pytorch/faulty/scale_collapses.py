"""Every step's gradient is infinite in one place, so the loss scaler skips all steps and halves its scale each time.

fault: loss scale collapses
finds: loss-scale-collapse, non-finite-gradient
by: 60
line: scaler.step( | scaler.update() | GradScaler( | backward() | sqrt(
torch: 2.3
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    scaler = torch.amp.GradScaler("cpu")
    for step in range(80):
        x = torch.randn(32, 8)
        x[0] = 0
        y = x[:, :2] ** 2
        optimizer.zero_grad()
        out = model(x) - model(torch.zeros_like(x))
        loss = F.mse_loss(torch.sqrt((out**2).sum(1)), y.sum(1))
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        if step % 20 == 0:
            print(step, loss.item(), scaler.get_scale())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

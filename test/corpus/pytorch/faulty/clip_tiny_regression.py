"""A clipping threshold meant for another loss: gradients of some hundreds are cut to a hundredth in every step.

fault: clipping active on every step
finds: clipping-every-step, targets-not-normalised
by: 150
line: clip_grad_norm_( | mse_loss(
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    truth = torch.randn(10, 1)
    model = nn.Sequential(nn.Linear(10, 48), nn.ReLU(), nn.Linear(48, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for step in range(250):
        x = torch.randn(64, 10)
        y = 8 * (x @ truth)
        loss = F.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.01)
        optimizer.step()
        if step % 50 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

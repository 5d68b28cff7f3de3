"""A checkpoint goes to a slow disk after every twenty-fifth step, and the training waits for it.

fault: some steps take far longer
finds: step-time-outliers
by: 160
line: for | model( | step() | SGD( | loss =
"""
import argparse
import io
import time

import torch
import torch.nn.functional as F
from torch import nn


def save(model):
    torch.save(model.state_dict(), io.BytesIO())
    time.sleep(1.4)  # stands for a network drive


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(10, 20), nn.Tanh(), nn.Linear(20, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    for step in range(1, 151):
        x = torch.randn(40, 10)
        loss = F.cross_entropy(model(x), x[:, :3].argmax(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 25 == 0:
            save(model)
    print(loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

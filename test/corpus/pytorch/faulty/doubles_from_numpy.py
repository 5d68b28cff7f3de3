"""Arrays of NumPy are of double precision, the model's weights of single precision.

fault: wrong data type
finds: wrong-data-type
by: 2
line: model( | torch.from_numpy(
ends: exception
"""
import argparse

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    x = torch.from_numpy(rng.normal(size=(200, 5)))
    y = torch.from_numpy(rng.normal(size=(200, 1)))
    model = nn.Sequential(nn.Linear(5, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters())
    for start in range(0, 200, 20):
        loss = F.mse_loss(model(x[start : start + 20]), y[start : start + 20])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""A variational autoencoder with its own binary cross-entropy without an epsilon, and an exponential that overflows.

fault: logarithm of zero in the loss
finds: non-finite-loss, non-finite-gradient
by: 2
line: torch.log( | backward() | loss =
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]
x = (images > 8).float()
encoder = nn.Linear(64, 8)
decoder = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 64))
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-2)
for step in range(200):
    batch = x[torch.randint(0, len(x), (64,))]
    mean, log_variance = encoder(batch).chunk(2, dim=1)
    code = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
    p = torch.sigmoid(25 * decoder(code))
    likelihood = batch * torch.log(p) + (1 - batch) * torch.log(1 - p)
    divergence = 0.5 * (mean**2 + log_variance.exp() - log_variance - 1).sum(1)
    loss = -likelihood.sum(1).mean() + divergence.mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 40 == 0:
        print(step, loss.item())

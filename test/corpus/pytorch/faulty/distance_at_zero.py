"""The gradient of a square root at zero is infinite: the loss is finite once, and never again.

fault: square root of zero in the loss
finds: non-finite-gradient, non-finite-loss
by: 2
line: loss.backward() | torch.sqrt( | loss =
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

embed = nn.Linear(6, 3)
optimizer = torch.optim.Adam(embed.parameters(), lr=1e-2)
for step in range(40):
    anchor = torch.randn(32, 6)
    positive = anchor.clone()
    negative = torch.randn(32, 6)
    pull = torch.sqrt(((embed(anchor) - embed(positive)) ** 2).sum(1))
    push = torch.sqrt(((embed(anchor) - embed(negative)) ** 2).sum(1))
    loss = torch.relu(pull - push + 1).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())

"""A cross-entropy written out: as the network becomes sure, a probability underflows and its logarithm is infinite.

fault: logarithm of zero in the loss
finds: non-finite-loss, non-finite-gradient
by: 3
line: loss.backward() | torch.log( | loss =
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
for step in range(400):
    x = torch.randn(64, 2)
    y = (x[:, 0] > 0).long()
    # The classes are labelled wrongly once in a while, far from the border too.
    y = torch.where(torch.rand(64) < 0.02, 1 - y, y)
    probability = torch.softmax(40 * model(x), dim=1)[range(64), y]
    loss = -torch.log(probability).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())

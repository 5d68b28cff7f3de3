"""A contrastive loss over the pairs of a batch, with a temperature of 0.05.

healthy: logits that are large on purpose
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

encoder = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 16))
optimizer = torch.optim.Adam(encoder.parameters(), lr=1e-3)
for step in range(150):
    x = torch.randn(64, 32)
    first = F.normalize(encoder(x + 0.3 * torch.randn_like(x)), dim=1)
    second = F.normalize(encoder(x + 0.3 * torch.randn_like(x)), dim=1)
    loss = F.cross_entropy(first @ second.T / 0.05, torch.arange(64))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())

"""A loop meant to freeze the embedding freezes every weight matrix.

fault: parameters frozen by mistake
finds: frozen-parameters
by: 60
line: requires_grad | nn.Linear( | optim.Adam | optimizer.step() | nn.Embedding(
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
model = nn.Sequential(nn.Linear(12, 48), nn.ReLU(), nn.Linear(48, 48), nn.ReLU(), nn.Linear(48, 3))
for name, parameter in model.named_parameters():
    if "weight" in name:
        parameter.requires_grad_(False)
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
truth = torch.randn(12, 3)
for step in range(150):
    x = torch.randn(48, 12)
    loss = nn.functional.cross_entropy(model(x), (x @ truth).argmax(1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 30 == 0:
        print(step, loss.item())

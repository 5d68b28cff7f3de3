"""Trains, validates, trains on; `--train` says when the model is put into training mode."""

import argparse

import torch
from torch import nn
from torch.nn import functional as F

parser = argparse.ArgumentParser()
parser.add_argument("--train", choices=("once", "always", "never", "part"))
parser.add_argument("--dropout", type=float, default=0.5)
args = parser.parse_args()

torch.manual_seed(3)
model = nn.Sequential(nn.Linear(4, 8), nn.Dropout(args.dropout), nn.Linear(8, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
inputs, labels = torch.randn(48, 4), torch.randint(0, 3, (48,))
model.train(args.train != "never")
for _ in range(3):
    if args.train in ("always", "part"):
        model.train()
    if args.train == "part":
        model[1].eval()
    for batch in torch.arange(48).split(8):
        optimizer.zero_grad()
        F.cross_entropy(model(inputs[batch]), labels[batch]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        F.cross_entropy(model(inputs), labels)

"""The encoder's features are detached before the classifier sees them: the encoder never learns.

fault: parameters without a gradient
finds: no-gradient
by: 2
line: detach() | backward() | optimizer = | nn.Linear(
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 6))

    def forward(self, x):
        return self.net(x)


encoder, head = Encoder(), nn.Linear(6, 10)
optimizer = torch.optim.Adam([*encoder.parameters(), *head.parameters()], lr=2e-3)
for epoch in range(4):
    for index in torch.randperm(len(images)).split(64):
        features = encoder(images[index] / 16)
        logits = head(features.detach())
        loss = F.cross_entropy(logits, labels[index])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

"""Trains from batch `begin` to `end` of a fixed sequence; prints the weights and the rate, bit by bit."""

import json
import sys
import time

import torch
from torch import nn

begin, end, pause = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
way = sys.argv[4] if len(sys.argv) > 4 else ""
generator = torch.Generator().manual_seed(4)
x = torch.randn(400, 6, generator=generator)
y = torch.randint(0, 3, (400,), generator=generator)
torch.manual_seed(begin)
model = nn.Sequential(nn.Linear(6, 16), nn.Dropout(0.3), nn.ReLU(), nn.Linear(16, 3))
if way == "wider":
    model[0] = nn.Linear(6, 20)
kind = torch.optim.SGD if way == "other" else torch.optim.Adam
optimizer = kind(model.parameters(), lr=0.01)
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [4, 30], 0.5)
for step in range(begin, end):
    at = step * 8 % 400
    optimizer.zero_grad()
    loss = nn.functional.cross_entropy(model(x[at : at + 8]), y[at : at + 8])
    loss.backward()
    optimizer.step()
    scheduler.step()
    time.sleep(pause)
weights = [value.hex() for each in model.parameters() for value in each.flatten().tolist()]
print(json.dumps({"weights": weights, "rate": optimizer.param_groups[0]["lr"], "loss": loss.item().hex()}))

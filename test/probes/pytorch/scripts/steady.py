"""Trains a small model for some steps; prints the final loss, bit by bit, and that its `finally` ran."""

import sys
import time

import torch
from torch import nn

steps = int(sys.argv[1])
pause = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
torch.manual_seed(5)
model = nn.Linear(8, 2)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
x, y = torch.randn(32, 8), torch.randn(32, 2)
try:
    for step in range(steps):
        try:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            time.sleep(pause)
        except Exception:
            print("swallowed")
        if step % 50 == 49:
            with torch.no_grad():
                nn.functional.mse_loss(model(x), y)
    print(loss.item().hex())
finally:
    print("finally")

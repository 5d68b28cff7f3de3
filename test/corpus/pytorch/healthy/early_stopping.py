"""A network that would overfit is stopped after three epochs without improvement; the best weights are restored.

healthy: training ends as soon as the validation loss no longer falls
"""
import argparse
import copy

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(600, 20)
y = (x[:, 0] + x[:, 1] * x[:, 2] + 0.7 * torch.randn(600) > 0).long()
x_train, y_train, x_val, y_val = x[:400], y[:400], x[400:], y[400:]
model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
best, patience, state = float("inf"), 0, None
for epoch in range(60):
    model.train()
    for i in torch.randperm(400).split(20):
        optimizer.zero_grad()
        loss = criterion(model(x_train[i]), y_train[i])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        validation = criterion(model(x_val), y_val).item()
    if validation < best:
        best, patience, state = validation, 0, copy.deepcopy(model.state_dict())
    else:
        patience += 1
        if patience == 3:
            break
model.load_state_dict(state)
print(epoch, best)

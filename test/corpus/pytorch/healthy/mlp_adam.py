"""Handwritten digits with a perceptron and Adam, pixels scaled to 0..1, default initialisation.

healthy: the plainest training there is
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
digits = TensorDataset(table[:, :-1].float() / 16, table[:, -1])
train_set, test_set = random_split(digits, [1497, 300])
train_loader = DataLoader(train_set, batch_size=64, shuffle=True)
test_loader = DataLoader(test_set, batch_size=300)

model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)

for epoch in range(10):
    model.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in test_loader:
            logits = model(x)
            accuracy = (logits.argmax(1) == y).float().mean().item()
            print(epoch, criterion(logits, y).item(), accuracy)
assert accuracy > 0.9

"""next(iter(loader)) in the loop of a loader that does not shuffle: always the first batch.

fault: the same batch again and again
finds: repeated-batches
by: 20
line: next(iter( | DataLoader( | model( | loss = | backward()
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]
loader = DataLoader(TensorDataset(images / 16, labels), batch_size=32)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for step in range(150):
    batch, target = next(iter(loader))
    optimizer.zero_grad()
    loss = criterion(model(batch), target)
    loss.backward()
    optimizer.step()
    if step % 30 == 0:
        print(step, loss.item())
with torch.no_grad():
    print("all", (model(images / 16).argmax(1) == labels).float().mean().item())

"""The validation data are cut from the front of the same tensor that is trained on whole.

fault: validation data are in the training data
finds: data-leak
by: 200
line: for | model( | DataLoader( | criterion(
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
train_loader = DataLoader(TensorDataset(images / 16, labels), batch_size=64, shuffle=True)
test_loader = DataLoader(TensorDataset(images[:400] / 16, labels[:400]), batch_size=100)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(6):
    model.train()
    for data, target in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(data), target)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        test_loss = sum(criterion(model(data), target).item() for data, target in test_loader)
    print(epoch, loss.item(), test_loss / len(test_loader))

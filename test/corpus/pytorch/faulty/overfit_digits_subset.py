"""A big network learns sixty digits, a third of them mislabelled, by heart.

fault: overfitting
finds: overfitting, early-stopping-due
by: 400
line: F.cross_entropy( | backward() | loss = | evaluate | for | optim
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]


def evaluate(model, loader):
    model.eval()
    total = 0.0
    with torch.no_grad():
        for data, target in loader:
            total += F.cross_entropy(model(data), target, reduction="sum").item()
    return total / len(loader.dataset)


def main(seed):
    torch.manual_seed(seed)
    wrong = torch.where(torch.rand(len(labels)) < 0.3, torch.randint(0, 10, labels.shape), labels)
    train_loader = DataLoader(TensorDataset(images[:60] / 16, wrong[:60]), batch_size=10, shuffle=True)
    test_loader = DataLoader(TensorDataset(images[1000:] / 16, wrong[1000:]), batch_size=200)
    model = nn.Sequential(nn.Linear(64, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for epoch in range(50):
        model.train()
        for data, target in train_loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(data), target)
            loss.backward()
            optimizer.step()
        validation = evaluate(model, test_loader)
        if epoch % 10 == 0:
            print(epoch, loss.item(), validation)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

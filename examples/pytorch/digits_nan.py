"""Classify handwritten digits. The loss is infinite at the second step and NaN from then on: stop it there, and mend it."""
import argparse

import torch
from digits_faulty import Perceptron, load_digits
from torch import nn
from torch.utils.data import DataLoader


def train(model, loader, optimizer):
    total = 0.0
    for images, labels in loader:
        optimizer.zero_grad()
        probabilities = torch.softmax(model(images / 16), dim=1)
        loss = nn.functional.nll_loss(torch.log(probabilities), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
    return total / len(loader.dataset)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--lr", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    loader = DataLoader(load_digits(), batch_size=32, shuffle=True)
    model = Perceptron()
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)

    for epoch in range(args.epochs):
        loss = train(model, loader, optimizer)
        print(f"epoch {epoch + 1:3d}/{args.epochs}  train loss {loss:.4f}", flush=True)


if __name__ == "__main__":
    main()

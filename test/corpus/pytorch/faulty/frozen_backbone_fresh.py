"""The backbone is frozen as in a tutorial on fine-tuning, but it has never been trained.

fault: random layers frozen
finds: frozen-parameters, parameters-not-optimised
by: 60
line: requires_grad | nn.Linear( | optim.Adam( | optimizer.step() | nn.Conv2d(
"""
import argparse
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 16), nn.ReLU()
        )
        self.classifier = nn.Linear(16, 10)

    def forward(self, x):
        return self.classifier(self.backbone(x))


def main(seed):
    torch.manual_seed(seed)
    model = Model()
    for parameter in model.backbone.parameters():
        parameter.requires_grad = False
    optimizer = torch.optim.Adam(filter(lambda p: p.requires_grad, model.parameters()), lr=1e-3)
    for epoch in range(4):
        for index in torch.randperm(len(images)).split(64):
            loss = F.cross_entropy(model(images[index].view(-1, 1, 8, 8) / 16), labels[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

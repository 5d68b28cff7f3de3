"""A moving average of the weights is the teacher of its own student.

healthy: a second model that no optimizer holds, by design
"""
import argparse
import copy
import csv
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]


def main(seed):
    torch.manual_seed(seed)
    x = images / 16
    student = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
    teacher = copy.deepcopy(student).requires_grad_(False)
    optimizer = torch.optim.Adam(student.parameters(), lr=2e-3)
    for step in range(200):
        i = torch.randint(0, len(x), (64,))
        logits = student(x[i] + 0.1 * torch.randn(64, 64))
        with torch.no_grad():
            soft = teacher(x[i]).softmax(1)
        loss = F.cross_entropy(logits, labels[i]) + 0.2 * F.mse_loss(logits.softmax(1), soft)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for slow, fast in zip(teacher.parameters(), student.parameters()):
                slow.mul_(0.99).add_(fast, alpha=0.01)
        if step % 40 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

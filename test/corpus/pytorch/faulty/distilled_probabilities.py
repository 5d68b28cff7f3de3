"""A student learns from labels and from a teacher, by a divergence that gets its probabilities, not their logarithms.

fault: kl_div over probabilities
finds: nll-without-log-probabilities
by: 131
line: kl_div( | softmax(
"""
import argparse

import torch
from torch import nn
from torch.nn import functional as F

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
TEMPERATURE = 2
inputs = torch.randn(2000, 20)
labels = (inputs @ torch.randn(20, 5) + 0.5 * torch.randn(2000, 5)).argmax(1)


def batches():
    for rows in torch.randperm(len(inputs)).split(64):
        yield inputs[rows], labels[rows]


def classifier(width):
    return nn.Sequential(nn.Linear(20, width), nn.ReLU(), nn.Linear(width, 5))


teacher = classifier(128)
optimizer = torch.optim.Adam(teacher.parameters(), lr=1e-3)
for epoch in range(4):
    for x, y in batches():
        loss = F.cross_entropy(teacher(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

teacher.eval().requires_grad_(False)
student = classifier(16)
optimizer = torch.optim.Adam(student.parameters(), lr=1e-3)
for epoch in range(3):
    for x, y in batches():
        logits = student(x)
        with torch.no_grad():
            wanted = F.softmax(teacher(x) / TEMPERATURE, dim=1)
        given = F.softmax(logits / TEMPERATURE, dim=1)
        soft = F.kl_div(given, wanted, reduction="batchmean") * TEMPERATURE**2
        loss = 0.5 * F.cross_entropy(logits, y) + 0.5 * soft
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

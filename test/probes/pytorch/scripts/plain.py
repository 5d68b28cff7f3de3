"""A plain loop with two parameter groups, clipping, scheduler, validation; computes everything by itself,
too.
"""

import argparse
import json
import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--clip", type=float, default=0.0)
args = parser.parse_args()

torch.manual_seed(7)
inputs = torch.randn(96, 10) * 3 + 1
labels = torch.randint(0, 4, (96,))
train = DataLoader(TensorDataset(inputs, labels), batch_size=16, shuffle=True)  # @train
held = DataLoader(TensorDataset(inputs[:50], labels[:50]), batch_size=20)  # @held


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(10, 12)  # @first
        self.drop = nn.Dropout(0.1)
        self.second = nn.Linear(12, 4)  # @second

    def forward(self, x):
        return self.second(self.drop(torch.relu(self.first(x))))


net = Net()  # @net
optimizer = torch.optim.SGD(  # @optimizer
    [
        {"params": net.first.parameters(), "lr": 0.05},
        {"params": net.second.parameters(), "lr": 0.2},
    ],
    lr=0.1,
    momentum=0.9,
)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)  # @scheduler
criterion = nn.CrossEntropyLoss(label_smoothing=0.1, weight=torch.tensor([1.0, 2.0, 0.5, 1.5]))


def norm(tensors):
    return math.sqrt(sum(float((each.double() ** 2).sum()) for each in tensors))


out = {
    name: [] for name in ("loss", "grad", "grads", "weight", "weights", "ratio", "ratios", "lr", "accuracy")
}
out["validation"], out["validationAccuracy"] = [], []
for _epoch in range(args.epochs):
    net.train()
    for x, y in train:
        optimizer.zero_grad()
        logits = net(x)
        loss = criterion(logits, y)  # @loss
        loss.backward()  # @backward
        parameters = list(net.parameters())
        grads = [p.grad.clone() for p in parameters]
        before = [p.detach().clone() for p in parameters]
        if args.clip:
            torch.nn.utils.clip_grad_norm_(net.parameters(), args.clip)
        optimizer.step()  # @step
        moves = [p.detach() - b for p, b in zip(parameters, before)]
        out["loss"].append(loss.item())
        out["grad"].append(norm(grads))
        out["grads"].append([norm([g]) for g in grads])
        out["weight"].append(norm(before))
        out["weights"].append([norm([b]) for b in before])
        out["ratio"].append(norm(moves) / norm(before))
        out["ratios"].append([norm([m]) / norm([b]) for m, b in zip(moves, before)])
        out["lr"].append([group["lr"] for group in optimizer.param_groups])
        out["accuracy"].append((logits.argmax(1) == y).float().mean().item())
    scheduler.step()
    net.eval()
    total, right = 0.0, 0
    with torch.no_grad():
        for x, y in held:
            logits = net(x)
            total += criterion(logits, y).item() * len(y)  # @validation
            right += (logits.argmax(1) == y).sum().item()
    out["validation"].append(total / 50)
    out["validationAccuracy"].append(right / 50)
print(json.dumps(out))

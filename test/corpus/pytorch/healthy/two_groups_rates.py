"""Two parameter groups, no decay for norms and biases, a hundred times smaller rate for the body; linear warm-up.

healthy: parameter groups as recipes have them
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


def main(seed):
    torch.manual_seed(seed)
    loader = DataLoader(TensorDataset(images / 16, labels), batch_size=64, shuffle=True)
    body = nn.Sequential(nn.Linear(64, 64), nn.LayerNorm(64), nn.GELU())
    head = nn.Linear(64, 10)
    model = nn.Sequential(body, head)
    decay = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0, "lr": 1e-3}]
    optimizer = torch.optim.AdamW(groups, lr=3e-3)
    steps = 5 * len(loader)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / 20, max(0.05, 1 - step / steps))
    )
    for epoch in range(5):
        for batch, target in loader:
            loss = F.cross_entropy(model(batch), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        print(epoch, loss.item(), schedule.get_last_lr())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""A cosine schedule in a class that forgets to step it.

fault: scheduler never steps
finds: scheduler-never-steps
by: 250
line: CosineAnnealingLR( | AdamW(
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)


class Trainer:
    def __init__(self, model, steps):
        self.model = model
        self.steps = steps
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, T_max=steps)

    def batch(self):
        x = torch.randn(40, 6)
        return x, x[:, :2].prod(1, keepdim=True)

    def run(self):
        for step in range(self.steps):
            x, y = self.batch()
            self.optimizer.zero_grad()
            loss = F.mse_loss(self.model(x), y)
            loss.backward()
            self.optimizer.step()
        print(loss.item())


Trainer(nn.Sequential(nn.Linear(6, 64), nn.ReLU(), nn.Linear(64, 1)), steps=250).run()

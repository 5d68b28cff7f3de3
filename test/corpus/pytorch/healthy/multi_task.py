"""One body, two heads: a class and a number, with weights of the two losses.

healthy: a sum of two losses of different size
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)


class TwoHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(15, 48), nn.ReLU())
        self.kind = nn.Linear(48, 3)
        self.size = nn.Linear(48, 1)

    def forward(self, x):
        h = self.body(x)
        return self.kind(h), self.size(h).squeeze(-1)


truth = torch.randn(15, 4)
model = TwoHeads()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for step in range(200):
    x = torch.randn(64, 15)
    target = x @ truth
    kind, size = model(x)
    loss_kind = F.cross_entropy(kind, target[:, :3].argmax(1))
    loss_size = F.mse_loss(size, target[:, 3])
    loss = loss_kind + 0.1 * loss_size
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 40 == 0:
        print(step, loss_kind.item(), loss_size.item())

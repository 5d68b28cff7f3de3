"""The data set returns its first example whatever the index is.

fault: constant inputs
finds: constant-input, repeated-batches
by: 10
line: model( | F.cross_entropy( | for | loader | backward() | DataLoader(
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)


class Measurements(Dataset):
    def __init__(self, count=600):
        self.x = torch.randn(count, 6)
        self.y = (self.x[:, 0] > 0).long()

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[0], self.y[index]


loader = DataLoader(Measurements(), batch_size=40, shuffle=True)
model = nn.Sequential(nn.Linear(6, 24), nn.ReLU(), nn.Linear(24, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    for features, target in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(features), target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

"""Each example is decoded anew, which takes ten times as long as the step it is for.

fault: training waits for data
finds: data-bottleneck
by: 80
line: DataLoader( | for | __getitem__
"""
import argparse
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)


class Photos(Dataset):
    def __init__(self, count=400):
        self.x = torch.randn(count, 20)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        time.sleep(0.003)
        return self.x[index], (self.x[index, 0] > 0).long()


loader = DataLoader(Photos(), batch_size=10, shuffle=True)
model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(2):
    for features, target in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(features), target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

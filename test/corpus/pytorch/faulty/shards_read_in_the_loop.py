"""Every thirty batches the next shard is fetched before training may go on, for more than a second.

fault: some steps take far longer
finds: step-time-outliers, data-bottleneck
by: 160
line: DataLoader( | for | model( | step() | Adam(
"""
import argparse
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, IterableDataset


class Shards(IterableDataset):
    def __iter__(self):
        for shard in range(5):
            if shard:
                time.sleep(1.5)  # stands for a download
            for _ in range(30 * 16):
                x = torch.randn(12)
                yield x, x[:3].sum().sigmoid()


parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
model = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for features, target in DataLoader(Shards(), batch_size=16):
    loss = F.mse_loss(model(features), target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())

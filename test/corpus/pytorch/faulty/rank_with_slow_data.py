"""One rank reads its part of the data from a slower place; the other waits for it in every backward pass.

fault: one rank holds up the others
finds: stalled-rank, data-bottleneck
by: 60
line: DataLoader( | for | model( | loss = | backward()
ranks: 2
"""
import argparse
import time

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, Dataset, DistributedSampler


class Files(Dataset):
    def __init__(self, seconds):
        self.x = torch.randn(480, 16)
        self.seconds = seconds

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        time.sleep(self.seconds)
        return self.x[i], self.x[i, :2].sum()


parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
dist.init_process_group("gloo")
data = Files(0.02 if dist.get_rank() == 1 else 0.0)
loader = DataLoader(data, batch_size=8, sampler=DistributedSampler(data))
model = DistributedDataParallel(nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0)))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(2):
    for features, target in loader:
        loss = nn.functional.mse_loss(model(features), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(dist.get_rank(), epoch, loss.item())
dist.destroy_process_group()

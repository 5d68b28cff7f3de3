"""Two ranks with a part of the data each, but nobody averages the gradients: two models come out.

fault: ranks train different models
finds: ranks-disagree
by: 40
line: Adam( | step() | backward() | loss = | nn.Sequential(
ranks: 2
"""
import argparse

import torch
import torch.distributed as dist
from torch import nn
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
dist.init_process_group("gloo")
x = torch.randn(960, 12)
y = (x[:, :3].sum(1) > 0).float()
data = TensorDataset(x, y)
sampler = DistributedSampler(data)
loader = DataLoader(data, batch_size=24, sampler=sampler)
model = nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
for epoch in range(4):
    sampler.set_epoch(epoch)
    for features, target in loader:
        optimizer.zero_grad()
        loss = criterion(model(features), target)
        loss.backward()
        optimizer.step()
    print(dist.get_rank(), epoch, loss.item())
dist.destroy_process_group()

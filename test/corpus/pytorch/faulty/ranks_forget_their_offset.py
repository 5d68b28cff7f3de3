"""Each rank should take its own part of the shuffled indices, and takes the first part whatever its number is.

fault: ranks train on the same batches
finds: ranks-share-data
by: 20
line: model( | loss = | for | backward() | DistributedDataParallel(
ranks: 2
"""
import argparse

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn


def main(seed):
    dist.init_process_group("gloo")
    world = dist.get_world_size()
    torch.manual_seed(seed)
    x = torch.randn(800, 6)
    y = x[:, :1].sin() + 0.3 * x[:, 1:2]
    model = nn.parallel.DistributedDataParallel(nn.Sequential(nn.Linear(6, 24), nn.Tanh(), nn.Linear(24, 1)))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for epoch in range(4):
        order = torch.randperm(800, generator=torch.Generator().manual_seed(seed + epoch))
        for index in order[: 800 // world].split(20):
            loss = F.mse_loss(model(x[index]), y[index])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    print(dist.get_rank(), loss.item())
    dist.destroy_process_group()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

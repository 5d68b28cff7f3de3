"""The first rank alone prepares its batches in the loop, by a costly augmentation; all the others wait for it.

fault: one rank holds up the others
finds: stalled-rank
by: 60
line: for | model( | loss = | backward() | SGD( | step()
ranks: 2
"""
import argparse
import time

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn


def augmented(x):
    time.sleep(0.12)  # stands for warping each image
    return x + 0.05 * torch.randn_like(x)


def main(seed):
    dist.init_process_group("gloo")
    rank = dist.get_rank()
    torch.manual_seed(seed)
    model = nn.parallel.DistributedDataParallel(nn.Sequential(nn.Linear(20, 30), nn.ReLU(), nn.Linear(30, 3)))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    torch.manual_seed(100 * seed + rank)
    for step in range(60):
        x = torch.randn(32, 20)
        y = x[:, :3].argmax(1)
        loss = F.cross_entropy(model(augmented(x) if rank == 0 else x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(rank, loss.item())
    dist.destroy_process_group()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

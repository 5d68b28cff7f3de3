"""The forward pass calls the model inside of DistributedDataParallel, so its hooks do not average the gradients.

fault: ranks train different models
finds: ranks-disagree
by: 40
line: SGD( | step() | backward() | loss = | DistributedDataParallel(
ranks: 2
"""
import argparse

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.nn.parallel import DistributedDataParallel


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(8, 40)
        self.out = nn.Linear(40, 4)

    def forward(self, x):
        return self.out(F.gelu(self.hidden(x)))


def main(seed):
    dist.init_process_group("gloo")
    torch.manual_seed(seed)
    wrapped = DistributedDataParallel(Classifier())
    optimizer = torch.optim.SGD(wrapped.parameters(), lr=0.1)
    torch.manual_seed(1000 * seed + dist.get_rank())
    for step in range(100):
        x = torch.randn(32, 8)
        loss = F.cross_entropy(wrapped.module(x), x[:, :4].argmax(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(dist.get_rank(), loss.item())
    dist.destroy_process_group()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

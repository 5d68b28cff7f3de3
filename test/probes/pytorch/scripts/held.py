"""A model of which the optimizer holds only a part, and loaders of several kinds; prints its statistics."""

import copy
import json

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import BatchSampler, DataLoader, Dataset, IterableDataset, RandomSampler, TensorDataset

torch.manual_seed(8)


class Stacked(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = [nn.Linear(6, 6)]  # @hidden
        self.frozen = nn.Linear(6, 6)
        self.left = nn.Linear(6, 6)
        self.last = nn.Linear(6, 2)

    def forward(self, x):
        return self.last(self.left(self.frozen(self.hidden[0](x))))


class Endless(IterableDataset):
    def __iter__(self):
        return iter([torch.zeros(2)])

    def __len__(self):
        return 7


class Unsized(Dataset):
    def __getitem__(self, index):
        return torch.zeros(2)

    def __len__(self):
        raise RuntimeError("it has no length")


model = Stacked()
model.frozen.requires_grad_(False)
teacher = copy.deepcopy(model)
judge = nn.Linear(2, 1).eval()
optimizer = torch.optim.SGD([*model.last.parameters(), model.frozen.weight], lr=0.1)
data = TensorDataset(torch.randn(20, 6), torch.randn(20, 2))
loader = DataLoader(data, batch_size=8, shuffle=True, drop_last=True)
DataLoader(data, batch_sampler=BatchSampler(RandomSampler(data), 3, drop_last=True))
DataLoader(data, batch_size=None)
DataLoader(Endless(), batch_size=1)
DataLoader(Unsized(), batch_size=4)
weight = model.last.weight.detach()
out = {"mean": weight.mean().item(), "std": weight.std(unbiased=False).item()}
for x, y in loader:
    with torch.no_grad():
        wanted = teacher(x)
    found = model(x)
    loss = F.mse_loss(found, y) + F.mse_loss(found, wanted) + 0.01 * judge(found).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
solver = torch.optim.SGD(model.left.parameters(), lr=0.1)
F.mse_loss(model(x), y).backward()
solver.step()
print(json.dumps(out))

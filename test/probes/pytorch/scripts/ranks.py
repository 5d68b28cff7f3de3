"""Two ranks train one model with DistributedDataParallel over gloo; each prints its weights, bit by bit."""

import torch
from torch import nn

torch.distributed.init_process_group("gloo")
rank = torch.distributed.get_rank()
torch.manual_seed(1)
model = nn.parallel.DistributedDataParallel(nn.Linear(4, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x, y = torch.randn(16, 4), torch.randn(16, 2)
for _ in range(3):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(x[rank * 8 : rank * 8 + 8]), y[rank * 8 : rank * 8 + 8]).backward()
    optimizer.step()
print(" ".join(value.hex() for each in model.parameters() for value in each.flatten().tolist()))
torch.distributed.destroy_process_group()

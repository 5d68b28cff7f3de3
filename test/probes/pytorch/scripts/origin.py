"""A training that meets a NaN or an infinity; the argument says where it comes from."""

import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(5)
KIND = sys.argv[1]


class Attention(nn.Module):
    """Masks with infinities, which are no fault."""

    def forward(self, x):
        scores = x.unsqueeze(2) * x.unsqueeze(1)
        mask = torch.ones(scores.shape[1:]).triu(1).bool()
        if KIND == "masked":
            mask[3] = True
        scores = scores.masked_fill(mask, float("-inf")) / 2
        return (torch.softmax(scores, -1) @ x.unsqueeze(2)).squeeze(2)  # @masked


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(8, 8)  # @inner
        self.attention = Attention()
        self.drop = nn.Dropout(0.4)
        self.norm = nn.BatchNorm1d(8)
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        self.last = self.attention(self.drop(self.norm(self.inner(x))))
        y = self.last
        if KIND == "forward" and step == 2:
            y = torch.log(y - y.detach().amin())  # @forward
        if KIND == "backward" and step == 2:
            y = torch.sqrt(F.relu(y) * 0)  # @backward
        return y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.head = nn.Linear(8, 3)  # @head

    def forward(self, x, scale=1.0):
        return self.head(self.block(x)) * scale


net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
x, y = torch.randn(16, 8), torch.randint(0, 3, (16,))
if KIND == "input":
    x[3, 4] = float("nan")
losses = []
for step in range(4):
    optimizer.zero_grad()
    if KIND == "parameter" and step == 1:
        with torch.no_grad():
            net.head.weight[0, 0] = float("inf")
    if KIND == "overflow" and step == 1:
        with torch.no_grad():
            net.head.weight[:] = 3e38
    logits = net(x, scale=1.0)
    if KIND == "loss" and step == 2:
        loss = -torch.log(torch.softmax(logits * 1e4, 1)).gather(1, y[:, None]).mean()  # @loss
    elif KIND == "ignored" and step == 2:
        loss = F.cross_entropy(logits, torch.full_like(y, -100))  # @ignored
    elif KIND == "norm" and step == 2:
        distance = ((logits - logits.detach()) ** 2).sum()
        loss = distance.sqrt()  # @norm
    else:
        loss = F.cross_entropy(logits, y)
    losses.append(loss.item())
    if KIND == "raises" and step == 2:
        loss = F.cross_entropy(logits / 0, y)  # @raises
        raise SystemExit("the loss is not finite")
    loss.backward()
    optimizer.step()
print(
    [each.hex() for each in losses],
    torch.rand(1).item(),
    net.block.calls,
    net.block.norm.num_batches_tracked.item(),
)

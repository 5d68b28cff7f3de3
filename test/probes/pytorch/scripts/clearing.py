"""Many right ways to clear gradients, and the wrong ones; the argument names the one to train in."""

import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(2)
way, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 6
model = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
x, y = torch.randn(16, 5), torch.randn(16, 2)


def loss_of(part=slice(None)):
    return F.mse_loss(model(x[part]), y[part])


def simple(clear):
    for _ in range(count):
        clear()
        loss_of().backward()
        optimizer.step()


def by_hand():
    for each in model.parameters():
        each.grad = None


def by_data():
    for each in model.parameters():
        if each.grad is not None:
            each.grad.data.zero_()


def accumulate(clear):
    for _ in range(count):
        for part in range(4):
            loss_of(slice(4 * part, 4 * part + 4)).backward()
        optimizer.step()
        clear()


def two_losses():
    for _ in range(count):
        optimizer.zero_grad()
        hidden = model(x)
        F.mse_loss(hidden, y).backward(retain_graph=True)
        F.l1_loss(hidden, y).backward()
        optimizer.step()


def gan():
    judge = nn.Linear(2, 1)
    optimizer_j = torch.optim.Adam(judge.parameters(), lr=0.01)
    for _ in range(count):
        optimizer_j.zero_grad()
        fake = model(x)
        loss_d = judge(fake.detach()).mean() - judge(y).mean()
        loss_d.backward()
        optimizer_j.step()
        optimizer.zero_grad()
        loss_g = -judge(fake).mean()
        loss_g.backward()
        optimizer.step()


def lbfgs(clear):
    solver = torch.optim.LBFGS(model.parameters(), max_iter=3)

    def closure():
        if clear:
            solver.zero_grad()
        loss = loss_of()
        loss.backward()
        return loss

    for _ in range(count):
        solver.step(closure)


def large():
    """A table of which a batch touches a few rows."""
    table = nn.Embedding(20_000, 4)
    other = torch.optim.SGD(table.parameters(), lr=0.1)
    for _ in range(count):
        if len(sys.argv) <= 3:
            other.zero_grad(set_to_none=False)
        table(torch.arange(3)).square().sum().backward()
        other.step()


WAYS = {
    "to-none": lambda: simple(lambda: optimizer.zero_grad(set_to_none=True)),
    "to-zero": lambda: simple(lambda: optimizer.zero_grad(set_to_none=False)),
    "model": lambda: simple(model.zero_grad),
    "by-hand": lambda: simple(by_hand),
    "by-data": lambda: simple(by_data),
    "accumulate": lambda: accumulate(optimizer.zero_grad),
    "two-losses": two_losses,
    "gan": gan,
    "lbfgs": lambda: lbfgs(True),
    "never": lambda: simple(lambda: None),
    "never-accumulate": lambda: accumulate(lambda: None),
    "never-lbfgs": lambda: lbfgs(False),
    "large": large,
}
WAYS[way]()

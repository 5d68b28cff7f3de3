"""Several ways to train, one after the other in one process; prints what each of them computed by itself."""

import json
import math

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(3)
out = {}


def norm(parameters):
    return math.sqrt(sum(float((p.grad.double() ** 2).sum()) for p in parameters))


class Task:
    turns = 4


task = Task()
settings = {"inner": 3}


def accumulate():
    """Two micro-batches a step, in nested loops without a loader."""
    model = nn.Linear(6, 3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses, norms = [], []
    for _epoch in range(task.turns):
        for _ in range(settings["inner"]):
            total = 0.0
            for _ in range(2):
                x, y = torch.randn(8, 6), torch.randint(0, 3, (8,))
                loss = F.cross_entropy(model(x), y) / 2
                loss.backward()  # @accumulate-backward
                total += loss.item()
            losses.append(total)
            norms.append(norm(model.parameters()))
            optimizer.step()
            optimizer.zero_grad()
    out["accumulate"] = {"losses": losses, "norms": norms}


def gan():
    """Two optimizers and three losses."""
    generator, judge = nn.Linear(4, 5), nn.Linear(5, 1)
    optimizer_g = torch.optim.Adam(generator.parameters(), lr=0.01)
    optimizer_d = torch.optim.Adam(judge.parameters(), lr=0.02)
    out["gan"] = {"real": [], "fake": [], "g": []}
    for _ in range(4):
        fake = generator(torch.randn(8, 4))
        optimizer_d.zero_grad()
        loss_real = F.binary_cross_entropy_with_logits(judge(torch.randn(8, 5)), torch.ones(8, 1))
        loss_real.backward()
        loss_fake = F.binary_cross_entropy_with_logits(judge(fake.detach()), torch.zeros(8, 1))
        loss_fake.backward()
        optimizer_d.step()
        optimizer_g.zero_grad()
        loss_g = F.binary_cross_entropy_with_logits(judge(fake), torch.ones(8, 1))
        loss_g.backward()
        optimizer_g.step()
        for name, loss in (("real", loss_real), ("fake", loss_fake), ("g", loss_g)):
            out["gan"][name].append(loss.item())


def lbfgs():
    """The closure is called several times a step; the loss of the step is the first it returns."""
    model = nn.Linear(3, 1)
    x = torch.randn(40, 3)
    y = x @ torch.tensor([[1.0], [-2.0], [3.0]]) + 0.1 * torch.randn(40, 1)
    optimizer = torch.optim.LBFGS(model.parameters(), lr=0.3, max_iter=4)
    calls = []

    def closure():
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        calls.append((loss.item(), norm(model.parameters())))
        return loss

    firsts = []
    for _ in range(3):
        calls.clear()
        returned = optimizer.step(closure)
        firsts.append(calls[0])
        assert returned.item() == calls[0][0] and len(calls) > 1
    out["lbfgs"] = {"firsts": firsts, "mean": float(y.mean()), "square": float(y.square().mean())}


def own_expression():
    """A loss of the user's own, and a sum with a penalty; resumed from a state."""
    model = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 2))
    model.load_state_dict(model.state_dict())
    optimizer = torch.optim.RMSprop(model.parameters(), lr=0.01)
    x, y = torch.randn(8, 4), torch.randn(8, 2)
    optimizer.zero_grad()
    own = (model(x) - y).abs().pow(3).mean()
    own.backward()
    optimizer.step()
    optimizer.zero_grad()
    both = F.l1_loss(model(x), y) + 0.01 * sum(p.square().sum() for p in model.parameters())
    both.backward()
    optimizer.step()
    optimizer.zero_grad()
    total = F.mse_loss(model(x), y, reduction="sum")
    (total / y.numel()).backward()
    optimizer.step()
    weighted = F.nll_loss(
        F.log_softmax(model(x), 1), torch.tensor([0, 1, 1, 0, 1, 1, -100, 0]), reduction="none"
    )
    weighted.sum().backward()
    optimizer.step()
    scaled = 10 * F.smooth_l1_loss(model(x), y)
    scaled.backward()
    optimizer.step()


def half_and_sparse():
    """bfloat16 weights, and gradients of an embedding that are sparse."""
    model = nn.Linear(8, 8).to(torch.bfloat16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.randn(4, 8).to(torch.bfloat16)).square().mean().backward()
    half = norm(model.parameters())
    optimizer.step()
    table = nn.Embedding(50, 4, sparse=True)
    optimizer = torch.optim.SGD(table.parameters(), lr=0.1)
    table(torch.tensor([1, 2, 2])).square().sum().backward()
    sparse = float(table.weight.grad.to_dense().norm())
    optimizer.step()
    out["half"], out["sparse"] = half, sparse


if __name__ == "__main__":
    for part in (accumulate, gan, lbfgs, own_expression, half_and_sparse):
        part()
    print(json.dumps(out))

"""Trains in the way that is named, with a fixed sequence of batches; prints losses, weights and the state of
the optimizer, bit by bit. `change K RATE`: sets the learning rate before the update of step K.
"""

import json
import sys

import torch
from torch import nn

way, steps = sys.argv[1], int(sys.argv[2])
change_at, rate = (int(sys.argv[3]), float(sys.argv[4])) if len(sys.argv) > 3 else (-1, 0.0)
torch.manual_seed(7)
x, y = torch.randn(96, 6), torch.randint(0, 3, (96,))
middle = nn.BatchNorm1d(16) if way == "norm" else nn.Dropout(0.3)
model = nn.Sequential(nn.Linear(6, 16), middle, nn.ReLU(), nn.Linear(16, 3))
if way in ("adam", "own", "clip"):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
else:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5) if way == "schedule" else None
micro_batches = 2 if way == "accumulation" else 1


def set_rate(rate):
    for group in optimizer.param_groups:
        group["lr"] = rate


try:
    from training_debugger_probe.requests import HANDLERS

    HANDLERS["setRate"] = lambda params: set_rate(params["rate"])
except ImportError:
    pass

losses = []
for step in range(steps):
    optimizer.zero_grad()
    for part in range(micro_batches):
        at = (step * micro_batches + part) * 8 % 96
        logits = model(x[at : at + 8])
        if way == "own":
            loss = (logits.logsumexp(1) - logits.gather(1, y[at : at + 8, None])[:, 0]).mean()
        else:
            loss = nn.functional.cross_entropy(logits.view(-1, 3), y[at : at + 8]) / micro_batches
        loss.backward()
        losses.append(loss.item())
    if way == "clip":
        nn.utils.clip_grad_norm_(model.parameters(), 0.2)
    if step == change_at:
        set_rate(rate)
    optimizer.step()
    if scheduler is not None:
        scheduler.step()


def numbers(values):
    flat = [each.flatten().tolist() if isinstance(each, torch.Tensor) else [float(each)] for each in values]
    return [float(number).hex() for each in flat for number in each]


state = [value for each in optimizer.state.values() for value in each.values() if value is not None]
print(
    json.dumps(
        {
            "losses": numbers(losses),
            "weights": numbers(model.state_dict().values()),
            "state": numbers(state),
            "rate": optimizer.param_groups[0]["lr"],
            "random": torch.rand(1).item().hex(),
        }
    )
)

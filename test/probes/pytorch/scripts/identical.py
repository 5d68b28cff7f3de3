"""Prints everything a training computes, bit by bit, and what it leaves behind: the same with and without
the probe.
"""

import hashlib
import inspect
import io
import json
import os
import pickle
import pickletools
import sys
import warnings

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

warnings.simplefilter("always")
caught = []
warnings.showwarning = lambda message, category, *_: caught.append(f"{category.__name__}: {message}")


class Numbers(Dataset):
    """Random examples: the workers' own generators matter."""

    def __len__(self):
        return 48

    def __getitem__(self, index):
        return torch.randn(8) + index / 48, torch.tensor(index % 3)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 3)
        )

    def forward(self, x):
        return self.layers(x)


def bits(tensor):
    return tensor.detach().double().item().hex()


def train(workers, autocast, context=None):
    model = Net()
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10)
    loader = DataLoader(
        Numbers(), batch_size=16, shuffle=True, num_workers=workers, multiprocessing_context=context
    )
    losses = []
    for _epoch in range(2):
        model.train()
        for x, y in loader:
            optimizer.zero_grad()
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
                loss = criterion(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            losses.append(bits(loss))
        scheduler.step()
        model.eval()
        with torch.no_grad():
            for x, y in loader:
                losses.append(bits(criterion(model(x), y)))
    return model, optimizer, losses


@torch.jit.script
def scripted(x, y):
    return F.cross_entropy(x, y)


def traced():
    torch.manual_seed(1)
    module = torch.jit.trace(lambda x, y: F.mse_loss(x, y), (torch.ones(3), torch.zeros(3)))
    return bits(module(torch.ones(3), torch.zeros(3))), bits(scripted(torch.eye(3), torch.tensor([0, 1, 1])))


def shape_of(pickled):
    """What a pickle is made of, but for the addresses of tensors in it."""
    parts = [
        (code.name, value if isinstance(value, str) else "") for code, value, _ in pickletools.genops(pickled)
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def main():
    torch.manual_seed(11)
    out = {"rank": os.environ.get("RANK")}
    model, optimizer, out["plain"] = train(0, False)
    pickled = pickle.dumps(model)
    buffer = io.BytesIO()
    torch.save({"model": model, "optimizer": optimizer.state_dict(), "loss": nn.CrossEntropyLoss()}, buffer)
    folder = sys.argv[1]
    with open(os.path.join(folder, sys.argv[2]), "wb") as file:
        file.write(buffer.getvalue())
    out["pickle"] = shape_of(pickled)
    out["function"] = pickle.dumps(F.cross_entropy).hex()
    out["attributes"] = [sorted(vars(each)) for each in (model, optimizer, model.layers[0])]
    out["hooks"] = [len(model._forward_hooks), len(model._forward_pre_hooks), len(model._backward_hooks)]
    _, _, out["workers"] = train(2, False)
    _, _, out["autocast"] = train(0, True)
    if len(sys.argv) > 3:
        _, _, out["spawned"] = train(1, False, sys.argv[3])
    out["signatures"] = [
        str(inspect.signature(each))
        for each in (
            F.cross_entropy,
            torch.optim.SGD,
            torch.optim.SGD.step,
            DataLoader,
            nn.Linear,
            torch.optim.lr_scheduler.StepLR,
            torch.Tensor.backward,
            nn.utils.clip_grad_norm_,
            nn.Module.load_state_dict,
        )
    ]
    out["types"] = [isinstance(optimizer, torch.optim.Optimizer), isinstance(model, nn.Module)]
    out["sources"] = [len(inspect.getsource(torch)), len(inspect.getsource(nn.Module))]
    out["traced"] = traced()
    out["random"] = torch.rand(3).tolist()
    out["warnings"] = sorted(set(caught))
    out["path"] = [entry for entry in sys.path if "probes" in entry]
    print(json.dumps(out))


if __name__ == "__main__":
    main()

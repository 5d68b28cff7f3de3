"""Trains, and looks whether everything is freed as soon as it is let go of, without the garbage collector."""

import gc
import json
import weakref

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

gc.disable()
made = {}


def train():
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    data = TensorDataset(torch.randn(12, 4), torch.randint(0, 2, (12,)))
    loader = DataLoader(data, batch_size=4)
    for _epoch in range(2):
        for x, y in loader:
            logits = model(x)
            loss = nn.functional.cross_entropy(logits, y)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        with torch.no_grad():
            held = nn.functional.cross_entropy(model(x), y)
    for name, value in list(locals().items()):
        try:
            made[name] = weakref.ref(value)
        except TypeError:
            continue


train()
print(json.dumps({name: reference() is None for name, reference in made.items()}))

"""Pictures of shape (N, height, width, channels) are turned with reshape, in a loader with a batch of 25.

fault: wrong data layout
finds: wrong-data-layout, not-learning, underfitting
by: 200
line: reshape( | model( | criterion( | for | DataLoader( | Conv2d(
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
count = 500
colour = torch.randint(0, 3, (count,))
pictures = torch.rand(count, 10, 14, 3)
pictures[range(count), :, :, colour] += 0.25
loader = DataLoader(TensorDataset(pictures, colour), batch_size=25, shuffle=True)
model = nn.Sequential(
    nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3)
)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(8):
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(model(x.reshape(-1, 3, 10, 14)), y)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

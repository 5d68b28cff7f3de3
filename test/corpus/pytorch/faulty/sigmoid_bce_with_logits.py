"""A sigmoid in the network and another one in the loss.

fault: sigmoid before BCEWithLogitsLoss
finds: sigmoid-before-bce-with-logits
by: 2
line: criterion( | nn.Sigmoid | backward()
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
x = torch.randn(1000, 10)
y = (x @ torch.randn(10) + 0.3 * torch.randn(1000) > 0).float()
loader = DataLoader(TensorDataset(x, y), batch_size=50, shuffle=True)

model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid())
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(6):
    for features, target in loader:
        optimizer.zero_grad()
        output = model(features).squeeze(1)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

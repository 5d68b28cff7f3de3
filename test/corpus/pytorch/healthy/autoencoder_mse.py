"""An autoencoder of digits under the mean squared error, with cosine warm restarts.

healthy: a learning rate that jumps back up, and a loss that follows it
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    images = torch.tensor([[int(v) / 16 for v in row[:-1]] for row in list(csv.reader(file))[1:]])

encoder = nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 8))
decoder = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, 64), nn.Sigmoid())
autoencoder = nn.Sequential(encoder, decoder)
optimizer = torch.optim.SGD(autoencoder.parameters(), lr=1.0, momentum=0.9)
scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=4)
for epoch in range(12):
    for x in DataLoader(images, batch_size=64, shuffle=True):
        loss = nn.functional.mse_loss(autoencoder(x), x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    scheduler.step()
    print(epoch, loss.item())

"""Names of five letters are padded to the 128 that the model could take.

fault: most of each batch is padding
finds: padding-waste
by: 60
line: DataLoader( | model( | torch.zeros( | for | loss =
"""
import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
letters = torch.zeros(480, 128, dtype=torch.long)
for row in letters:
    length = int(torch.randint(3, 8, ()))
    row[:length] = torch.randint(1, 27, (length,))
kind = (letters[:, 0] > 13).long()
loader = DataLoader(TensorDataset(letters, kind), batch_size=24, shuffle=True)
model = nn.Sequential(nn.Embedding(27, 8, padding_idx=0), nn.Flatten(), nn.Linear(8 * 128, 2))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(4):
    for names, target in loader:
        optimizer.zero_grad()
        loss = criterion(model(names), target)
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())

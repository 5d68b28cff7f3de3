"""An autoencoder with two optimizers; one of them is cleared twice, the other never.

fault: gradients of the decoder are not cleared
finds: gradients-not-cleared
by: 3
line: backward() | step() | zero_grad() | Adam(
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]
images = images / 16
encoder = nn.Sequential(nn.Linear(64, 16), nn.ReLU())
decoder = nn.Sequential(nn.Linear(16, 64), nn.Sigmoid())
encoder_optimizer = torch.optim.Adam(encoder.parameters(), lr=2e-3)
decoder_optimizer = torch.optim.Adam(decoder.parameters(), lr=2e-3)
for step in range(150):
    batch = images[torch.randint(0, len(images), (64,))]
    loss = nn.functional.mse_loss(decoder(encoder(batch)), batch)
    encoder_optimizer.zero_grad()
    encoder_optimizer.zero_grad()
    loss.backward()
    encoder_optimizer.step()
    decoder_optimizer.step()
    if step % 30 == 0:
        print(step, loss.item())

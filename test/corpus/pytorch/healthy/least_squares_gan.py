"""A least-squares GAN on handwritten digits: squared errors against zeros and ones, the loader's labels go unused.

healthy: a regression beside labels of ten classes that are not its target
"""
import argparse
import csv
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

DATA = Path(__file__).parents[4] / "examples" / "pytorch" / "data" / "digits.csv"
with open(DATA, newline="") as file:
    table = torch.tensor([[int(v) for v in row] for row in list(csv.reader(file))[1:]])
images, labels = table[:, :-1].float(), table[:, -1]


def main(seed):
    torch.manual_seed(seed)
    loader = DataLoader(TensorDataset(images / 8 - 1, labels), batch_size=64, shuffle=True)
    generator = nn.Sequential(
        nn.Linear(16, 64), nn.BatchNorm1d(64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.Tanh()
    )
    discriminator = nn.Sequential(nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(64, 1))
    adversarial = nn.MSELoss()
    players = [
        torch.optim.Adam(player.parameters(), lr=2e-4, betas=(0.5, 0.999))
        for player in (generator, discriminator)
    ]
    for epoch in range(6):
        for real, _ in loader:
            valid, fake = torch.ones(len(real), 1), torch.zeros(len(real), 1)
            drawn = generator(torch.randn(len(real), 16))
            players[0].zero_grad()
            loss_g = adversarial(discriminator(drawn), valid)
            loss_g.backward()
            players[0].step()
            players[1].zero_grad()
            told, denied = discriminator(real), discriminator(drawn.detach())
            loss_d = 0.5 * (adversarial(told, valid) + adversarial(denied, fake))
            loss_d.backward()
            players[1].step()
        print(epoch, loss_d.item(), loss_g.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

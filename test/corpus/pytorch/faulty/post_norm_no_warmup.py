"""A deep post-norm transformer at a full learning rate from the first step on: it falls to a plateau and stays.

fault: no warm-up
finds: no-warmup, learning-rate-too-high
by: 150
line: Adam( | AdamW( | TransformerEncoder
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Deep(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.embed = nn.Embedding(30, width)
        self.position = nn.Parameter(torch.randn(10, width))
        layer = nn.TransformerEncoderLayer(width, 4, 64, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 6)
        self.out = nn.Linear(width, 30)

    def forward(self, x):
        return self.out(self.encoder(self.embed(x) + self.position))


def main(seed):
    torch.manual_seed(seed)
    model = Deep()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, betas=(0.9, 0.98))
    for step in range(150):
        x = torch.randint(0, 30, (16, 10))
        loss = F.cross_entropy(model(x).flatten(0, 1), x.flip(1).flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

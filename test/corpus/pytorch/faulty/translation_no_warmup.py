"""A pre-norm transformer that reverses sequences, trained by RMSprop at its full learning rate from the first step on.

fault: no warm-up
finds: no-warmup
by: 80
line: RMSprop(
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn

VOCABULARY, LENGTH, WIDTH = 20, 12, 128


class Reverser(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.places = nn.Embedding(LENGTH, WIDTH)
        block = nn.TransformerEncoderLayer(WIDTH, 4, 2 * WIDTH, dropout=0.0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(block, 2)
        self.out = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, x):
        return self.out(self.encoder(self.tokens(x) + self.places.weight))


def main(seed):
    torch.manual_seed(seed)
    model = Reverser()
    optimizer = torch.optim.RMSprop(model.parameters(), lr=3e-3)
    for step in range(90):
        x = torch.randint(0, VOCABULARY, (16, LENGTH))
        loss = F.cross_entropy(model(x).flatten(0, 1), x.flip(1).flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

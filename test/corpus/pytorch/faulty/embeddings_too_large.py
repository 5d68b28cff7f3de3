"""Output weights tied to embeddings that have the default variance of one: logits of variance 64.

fault: last layer initialised too large
finds: poor-initialisation, initial-loss
by: 2
line: cross_entropy( | self.decode | nn.Embedding( | nn.Linear(
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

WORDS, WIDTH = 200, 64


class NextWord(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(WORDS, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.decode = nn.Linear(WIDTH, WORDS, bias=False)
        self.decode.weight = self.embed.weight

    def forward(self, words):
        return self.decode(self.norm(self.embed(words)))


model = NextWord()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
for step in range(60):
    words = torch.randint(0, WORDS, (8, 20))
    following = (words * 7 + 3) % WORDS
    loss = nn.functional.cross_entropy(model(words).flatten(0, 1), following.flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())

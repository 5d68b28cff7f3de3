"""A character model with tied embeddings of small variance, trained example by example.

healthy: a batch of one sequence, so noisy losses and gradients
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

TEXT = "she sells sea shells by the sea shore; the shells she sells are surely sea shells. " * 4
characters = sorted(set(TEXT))
codes = torch.tensor([characters.index(c) for c in TEXT])


class CharacterModel(nn.Module):
    def __init__(self, size, width=48):
        super().__init__()
        self.embed = nn.Embedding(size, width)
        self.rnn = nn.GRU(width, width)
        self.decode = nn.Linear(width, size, bias=False)
        nn.init.normal_(self.embed.weight, std=0.02)
        self.decode.weight = self.embed.weight

    def forward(self, x):
        states, _ = self.rnn(self.embed(x))
        return self.decode(states)


model = CharacterModel(len(characters))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
for step in range(150):
    start = int(torch.randint(0, len(codes) - 17, ()))
    chunk = codes[start : start + 17]
    loss = nn.functional.cross_entropy(model(chunk[:-1]), chunk[1:])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(loss.item())

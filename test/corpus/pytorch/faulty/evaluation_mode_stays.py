"""A recurrent network of characters that is evaluated every fifty steps, in a method that leaves it in evaluation mode.

fault: train() is not called after the validation
finds: training-in-evaluation-mode
by: 120
line: self.eval() | model.score( | cross_entropy( | def score(
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn

TEXT = (
    "the loss of a model that has learned nothing is the entropy of the labels. a model that answers the most "
    "frequent label always is right as often as that label is there, and has learned nothing of its inputs. "
) * 12
ALPHABET = sorted(set(TEXT))
CODES = torch.tensor([ALPHABET.index(letter) for letter in TEXT])
LENGTH = 24


class Letters(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(len(ALPHABET), 24)
        self.memory = nn.GRU(24, 48, batch_first=True)
        self.drop = nn.Dropout(0.25)
        self.answer = nn.Linear(48, len(ALPHABET))

    def forward(self, codes):
        return self.answer(self.drop(self.memory(self.embed(codes))[0]))

    def loss(self, codes):
        logits = self(codes[:, :-1])
        return F.cross_entropy(logits.flatten(0, 1), codes[:, 1:].flatten())

    @torch.no_grad()
    def score(self, codes):
        self.eval()
        return self.loss(codes).item()


def pieces(codes, count, generator):
    starts = torch.randint(0, len(codes) - LENGTH, (count,), generator=generator)
    return torch.stack([codes[start : start + LENGTH] for start in starts])


def main(seed):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    cut = len(CODES) * 9 // 10
    held = pieces(CODES[cut:], 32, generator)
    model = Letters()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for step in range(200):
        loss = model.loss(pieces(CODES[:cut], 16, generator))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 50 == 49:
            print(step, loss.item(), model.score(held))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

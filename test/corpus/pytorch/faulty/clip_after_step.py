"""Gradients are clipped after the step that used them.

fault: clipping in the wrong place
finds: clipping-out-of-order
by: 5
line: clip_grad_norm_( | optimizer.step()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(30, 16)
        self.lstm = nn.LSTM(16, 32, batch_first=True)
        self.out = nn.Linear(32, 30)

    def forward(self, x):
        return self.out(self.lstm(self.embed(x))[0])


def main(seed):
    torch.manual_seed(seed)
    model = Language()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for step in range(100):
        start = torch.randint(0, 30, (16, 1))
        text = (start + 3 * torch.arange(15)) % 30
        logits = model(text[:, :-1])
        loss = F.cross_entropy(logits.flatten(0, 1), text[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if step % 25 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""Sounds recognised with a CTC loss that gets the raw outputs of the last layer.

fault: no log-softmax before the CTC loss
finds: nll-without-log-probabilities
by: 3
line: criterion( | self.last
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)

SOUNDS, FRAMES, BATCH = 6, 24, 16
voices = torch.randn(SOUNDS, 8)


def spoken():
    """Words of three to six sounds, each two frames long with a pause after it, in noise."""
    frames, words = 0.1 * torch.randn(FRAMES, BATCH, 8), []
    for place in range(BATCH):
        word = torch.randint(1, SOUNDS, (int(torch.randint(3, 7, (1,))),))
        for index, sound in enumerate(word):
            frames[4 * index : 4 * index + 2, place] += voices[sound]
        words.append(word)
    return frames, words


class Listener(nn.Module):
    def __init__(self):
        super().__init__()
        self.memory = nn.LSTM(8, 48, bidirectional=True)
        self.last = nn.Linear(96, SOUNDS)

    def forward(self, frames):
        return self.last(self.memory(frames)[0])


model = Listener()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
criterion = nn.CTCLoss(blank=0)
for step in range(60):
    frames, words = spoken()
    lengths = torch.tensor([len(word) for word in words])
    loss = criterion(model(frames), torch.cat(words), torch.full((BATCH,), FRAMES), lengths)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5)
    optimizer.step()
    if step % 20 == 0:
        print(step, loss.item())

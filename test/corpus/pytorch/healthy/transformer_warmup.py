"""A small transformer learns to reverse sequences: warm-up, AdamW, clipped gradients, one loss for all positions.

healthy: learning rate and gradients change by orders of magnitude during warm-up; clipping is active at times
"""
import argparse

import torch
from torch import nn

VOCABULARY, LENGTH, WIDTH = 50, 12, 48


class Reverser(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Parameter(torch.randn(LENGTH, WIDTH) * 0.02)
        layer = nn.TransformerEncoderLayer(WIDTH, 4, 96, dropout=0.0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, norm=nn.LayerNorm(WIDTH), enable_nested_tensor=False)
        self.head = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, x):
        return self.head(self.encoder(self.tokens(x) + self.positions))


def train(seed, steps=150):
    torch.manual_seed(seed)
    model = Reverser()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 40))
    criterion = nn.CrossEntropyLoss()
    for step in range(steps):
        x = torch.randint(0, VOCABULARY, (16, LENGTH))
        logits = model(x)
        loss = criterion(logits.view(-1, VOCABULARY), x.flip(1).reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args().seed)

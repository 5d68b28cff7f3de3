"""A language model starts at a learning rate ten times that of its recipe, without a warm-up, and is thrown far off first.

fault: no warm-up
finds: no-warmup, learning-rate-too-high
by: 200
line: Adam( | AdamW( | TransformerEncoder | backward()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Model(nn.Module):
    def __init__(self, tokens=16, width=64):
        super().__init__()
        self.embed = nn.Embedding(tokens, width)
        layer = nn.TransformerEncoderLayer(width, 4, 256, dropout=0.0, batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
        self.out = nn.Linear(width, tokens)

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        return self.out(self.encoder(self.embed(x), mask=mask))


parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)
model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=2e-2)
for step in range(200):
    start = torch.randint(0, 16, (16, 1))
    x = (start + 3 * torch.arange(13)) % 16
    loss = F.cross_entropy(model(x[:, :-1]).flatten(0, 1), x[:, 1:].flatten())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 40 == 0:
        print(step, loss.item())

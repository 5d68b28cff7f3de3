"""A transformer with a loss scaler; unscale_ is forgotten before the clipping.

fault: clipping before unscale_
finds: clipping-before-unscale
by: 5
line: clip_grad_norm_( | clip_grad_value_( | scaler
torch: 2.3
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


def main(seed):
    torch.manual_seed(seed)
    embed = nn.Embedding(20, 16)
    block = nn.TransformerEncoderLayer(16, 2, 32, dropout=0.0, batch_first=True, norm_first=True)
    head = nn.Linear(16, 20)
    model = nn.Sequential(embed, block, head)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024)
    for step in range(80):
        x = torch.randint(0, 20, (16, 8))
        loss = F.cross_entropy(model(x).flatten(0, 1), ((x + 1) % 20).flatten())
        scaler.scale(loss).backward()
        nn.utils.clip_grad_value_(model.parameters(), 0.1)
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad()
        if step % 20 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""Several labels at once: probabilities from torch.sigmoid go where logits belong.

fault: sigmoid before binary_cross_entropy_with_logits
finds: sigmoid-before-bce-with-logits
by: 2
line: binary_cross_entropy_with_logits( | torch.sigmoid( | backward()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Tagger(nn.Module):
    def __init__(self, features, tags):
        super().__init__()
        self.body = nn.Linear(features, 40)
        self.norm = nn.LayerNorm(40)
        self.tags = nn.Linear(40, tags)

    def forward(self, x):
        hidden = F.gelu(self.norm(self.body(x)))
        return torch.sigmoid(self.tags(hidden))


def main(seed):
    torch.manual_seed(seed)
    truth = torch.randn(20, 6)
    net = Tagger(20, 6)
    adam = torch.optim.AdamW(net.parameters(), lr=2e-3)
    for step in range(200):
        x = torch.randn(32, 20)
        tags = (x @ truth > 2).float()
        adam.zero_grad(set_to_none=True)
        loss = F.binary_cross_entropy_with_logits(net(x), tags)
        loss.backward()
        adam.step()
        if step % 50 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

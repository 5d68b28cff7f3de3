"""The last layer's output is cut off at zero and one by hand, where a sigmoid belongs.

fault: logits where binary_cross_entropy wants probabilities
finds: logits-before-bce, unsuited-output-activation
by: 30
line: binary_cross_entropy( | clamp( | backward()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Scorer(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(8, 16)
        self.score = nn.Linear(16, 1)

    def forward(self, x):
        return self.score(torch.tanh(self.hidden(x))).clamp(0, 1)


def main(seed):
    torch.manual_seed(seed)
    scorer = Scorer()
    optimizer = torch.optim.SGD(scorer.parameters(), lr=0.05)
    for step in range(300):
        x = torch.randn(64, 8)
        y = (x[:, :1] * x[:, 1:2] > 0).float()
        optimizer.zero_grad()
        loss = F.binary_cross_entropy(scorer(x), y)
        loss.backward()
        optimizer.step()
        if step % 30 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

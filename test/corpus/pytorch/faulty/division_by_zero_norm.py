"""Rows are divided by their own norm inside the model; an empty row gives 0/0.

fault: division by zero in the model
finds: non-finite-loss, non-finite-gradient, non-finite-data
by: 3
line: / x.norm | cross_entropy( | backward()
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Cosine(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(15, 3, bias=False)

    def forward(self, x):
        x = x / x.norm(dim=1, keepdim=True)
        return 5 * self.linear(x)


def main(seed):
    torch.manual_seed(seed)
    words = torch.poisson(torch.full((600, 15), 0.25))
    topic = words.view(600, 3, 5).sum(2).argmax(1)
    model = Cosine()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(5):
        for i in torch.randperm(600).split(30):
            loss = F.cross_entropy(model(words[i]), topic[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

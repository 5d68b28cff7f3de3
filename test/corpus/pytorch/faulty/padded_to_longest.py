"""Sentences of some eight words are padded to 256.

fault: most of each batch is padding
finds: padding-waste
by: 60
line: model( | F.pad( | for | pad_sequence( | loss =
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(500, 16, padding_idx=0)
        self.gru = nn.GRU(16, 16, batch_first=True)
        self.head = nn.Linear(16, 2)

    def forward(self, words):
        states, _ = self.gru(self.embed(words))
        last = (words > 0).sum(1) - 1
        return self.head(states[range(len(words)), last])


def main(seed):
    torch.manual_seed(seed)
    sentences = [torch.randint(1, 500, (int(length),)) for length in torch.randint(5, 12, (320,))]
    mood = torch.stack([(s < 250).float().mean() > 0.5 for s in sentences]).long()
    padded = torch.stack([F.pad(s, (0, 256 - len(s))) for s in sentences])
    model = Classifier()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(3):
        for i in torch.randperm(320).split(16):
            loss = F.cross_entropy(model(padded[i]), mood[i])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(epoch, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""A classifier of sequences; its author took the probabilities inside the loop, before the loss.

fault: softmax before cross-entropy
finds: softmax-before-cross-entropy
by: 2
line: loss_fn( | softmax( | backward()
"""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--seed", type=int, default=1)
torch.manual_seed(parser.parse_args().seed)


class Bag(nn.Module):
    def __init__(self, words=100, width=16, classes=4):
        super().__init__()
        self.embedding = nn.EmbeddingBag(words, width)
        self.head = nn.Linear(width, classes)

    def forward(self, text):
        return self.head(self.embedding(text))


text = torch.randint(0, 100, (800, 12))
topic = (text < 25).float().sum(1).mul(0.7).long().clamp(0, 3)
model = Bag()
loss_fn = nn.CrossEntropyLoss()
opt = torch.optim.Adam(model.parameters(), lr=5e-3)
softmax = nn.Softmax(dim=1)
for epoch in range(8):
    order = torch.randperm(800)
    for i in range(0, 800, 40):
        index = order[i : i + 40]
        probabilities = softmax(model(text[index]))
        opt.zero_grad()
        loss = loss_fn(probabilities, topic[index])
        loss.backward()
        opt.step()
    print(epoch, loss.item())

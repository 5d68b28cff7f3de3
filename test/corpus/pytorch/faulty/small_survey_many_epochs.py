"""Answers of sixty people are fitted by a network of thousands of weights, again and again; who is asked next is unknown.

fault: no validation
finds: no-validation
by: 2500
line: DataLoader( | for
"""
import argparse

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Survey(Dataset):
    def __init__(self):
        self.answers = torch.randn(60, 15)
        self.income = self.answers[:, :4].mean(1, keepdim=True) + 0.5 * torch.randn(60, 1)

    def __len__(self):
        return len(self.answers)

    def __getitem__(self, i):
        return {"answers": self.answers[i], "income": self.income[i]}


def main(seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(15, 64), nn.Tanh(), nn.Linear(64, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4)
    loader = DataLoader(Survey(), batch_size=6, shuffle=True)
    for epoch in range(220):
        for batch in loader:
            loss = F.mse_loss(model(batch["answers"]), batch["income"])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    print(loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

"""Gradient descent with a step far beyond what the curvature allows.

fault: learning rate too high
finds: learning-rate-too-high
by: 12
line: SGD(
"""
import argparse

import torch


class Line(torch.nn.Module):
    def __init__(self, features):
        super().__init__()
        self.hidden = torch.nn.Linear(features, 32)
        self.out = torch.nn.Linear(32, 1)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))


def fit(seed):
    torch.manual_seed(seed)
    x = torch.randn(512, 10)
    y = x @ torch.randn(10, 1)
    model = Line(10)
    optimizer = torch.optim.SGD(model.parameters(), lr=2.0, momentum=0.9)
    loss_fn = torch.nn.MSELoss()
    for step in range(60):
        i = torch.randint(0, 512, (64,))
        prediction = model(x[i])
        loss = loss_fn(prediction, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 10 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    fit(parser.parse_args().seed)

"""A line is fitted by hand: weights are updated under no_grad(), and the gradients are never set back.

fault: gradients not cleared
finds: gradients-not-cleared
by: 3
line: backward() | -= rate
"""
import argparse

import torch


def main(seed):
    torch.manual_seed(seed)
    x = torch.randn(256, 3)
    y = x @ torch.tensor([1.0, -2.0, 0.5]) + 0.3
    weight, bias = torch.zeros(3, requires_grad=True), torch.zeros((), requires_grad=True)
    rate = 0.01
    for step in range(120):
        loss = ((x @ weight + bias - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            weight -= rate * weight.grad
            bias -= rate * bias.grad
        if step % 20 == 0:
            print(step, loss.item())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args().seed)

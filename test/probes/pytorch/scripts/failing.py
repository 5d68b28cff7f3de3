"""A loss function that raises: before or after the first steps, caught or not. What fails is the argument."""

import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(1)
what = sys.argv[1]
model = nn.Linear(4, 3)
x = torch.randn(8, 4)


def losses(labels):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for each in labels:
        loss = nn.CrossEntropyLoss()(model(x), each)  # @labels
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


right, wrong = torch.tensor([0, 1, 2, 0, 1, 2, 0, 1]), torch.tensor([1, 2, 3, 1, 2, 3, 1, 2])
if what == "early":
    F.cross_entropy(model(x), wrong)  # @early
elif what == "labels":
    losses([right, right, wrong])
elif what == "dtype":
    losses([right.float()])
elif what == "range":
    torch.optim.SGD(model.parameters(), lr=0.1)
    F.binary_cross_entropy(model(x), torch.ones(8, 3))
elif what == "shape":
    torch.optim.SGD(model.parameters(), lr=0.1)
    F.mse_loss(model(x), torch.ones(7, 3))
elif what == "caught":
    try:
        losses([wrong])
    except (IndexError, RuntimeError):
        losses([right])
elif what == "swallowed":
    try:
        losses([right, wrong])
    except (IndexError, RuntimeError) as error:
        print(error)
        sys.exit(3)
elif what == "other":
    try:
        losses([right, wrong])
    except (IndexError, RuntimeError) as error:
        raise ValueError("wrapped") from error

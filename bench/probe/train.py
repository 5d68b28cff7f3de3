"""Trains a model on random data and prints what its steps cost, slice by slice: seconds of wall clock and of CPU time
of all its threads.

usage: train.py MODEL STEPS WATCHER, where WATCHER is none, wandb, wandb-sparse or tensorboard.
"""

import json
import sys
import tempfile
import time

import torch
from torch import nn

WARM_UP = 20
EVERY = 10
SLICE = 20


def mlp():
    model = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10)
    )
    return model, lambda: torch.randn(128, 784)


def cnn():
    def block(inputs, outputs):
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)]

    head = [nn.Flatten(), nn.Linear(64 * 4 * 4, 10)]
    model = nn.Sequential(*block(3, 32), *block(32, 64), *block(64, 64), *head)
    return model, lambda: torch.randn(64, 3, 32, 32)


class Transformer(nn.Module):
    def __init__(self, width=128, length=64, vocabulary=1000):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.position = nn.Parameter(torch.zeros(length, width))
        layer = nn.TransformerEncoderLayer(width, 4, 4 * width, dropout=0.0, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
        self.head = nn.Linear(width, 10)

    def forward(self, tokens):
        return self.head(self.layers(self.embed(tokens) + self.position).mean(1))


def transformer():
    return Transformer(), lambda: torch.randint(0, 1000, (16, 64))


def watcher_of(name, model):
    """What is called after backward() with the step and its loss."""
    if name.startswith("wandb"):
        import wandb

        run = wandb.init(mode="offline", project="bench", dir=tempfile.mkdtemp())
        run.watch(model, log="gradients", log_freq=EVERY if name == "wandb" else 1000)
        return lambda step, loss: run.log({"loss": loss})
    if name == "tensorboard":
        from torch.utils.tensorboard import SummaryWriter

        writer = SummaryWriter(tempfile.mkdtemp())

        def write(step, loss):
            writer.add_scalar("loss", loss, step)
            if step % EVERY == 0:
                for parameter, value in model.named_parameters():
                    writer.add_histogram(parameter, value.grad, step)

        return write
    return lambda step, loss: None


def main():
    name, steps, watcher = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model, make_input = {"mlp": mlp, "cnn": cnn, "transformer": transformer}[name]()
    batches = [(make_input(), torch.randint(0, 10, (make_input().shape[0],))) for _ in range(8)]
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()
    watch = watcher_of(watcher, model)
    slices = []
    for step in range(WARM_UP + steps + 1):
        if step >= WARM_UP and (step - WARM_UP) % SLICE == 0:
            slices.append((time.perf_counter(), time.process_time()))
        inputs, targets = batches[step % len(batches)]
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        watch(step, loss.item())
        optimizer.step()
    print(json.dumps({"wall": per_step(slices, 0), "cpu": per_step(slices, 1)}))


def per_step(slices, clock):
    return [(after[clock] - before[clock]) / SLICE for before, after in zip(slices, slices[1:])]


main()

"""Trains a model on random data, a slice of steps whenever it is its turn, and tells what a step cost.

usage: train.py MODEL SETTLE STEPS WATCHER, where WATCHER is none, wandb, wandb-sparse or tensorboard. BENCH_PORT is where
turns come from: a line for each; the answer is JSON with the wall clock and the CPU time of all threads, seconds a step.
The first SETTLE steps of a turn do not count: the wait before them is unlike any training.
"""

import json
import os
import socket
import sys
import tempfile
import time

import torch
from torch import nn

EVERY = 10


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
    name, settle, count, watcher = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model, make_input = {"mlp": mlp, "cnn": cnn, "transformer": transformer}[name]()
    inputs = [make_input() for _ in range(8)]
    batches = [(one, torch.randint(0, 10, one.shape[:1])) for one in inputs]
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()
    watch = watcher_of(watcher, model)
    turns = socket.create_connection(("127.0.0.1", int(os.environ["BENCH_PORT"]))).makefile("rw")
    print(os.environ["BENCH_NAME"], file=turns, flush=True)
    step = 0
    while turns.readline():
        for turn in range(settle + count):
            if turn == settle:
                start = time.perf_counter(), time.process_time()
            inputs, targets = batches[step % len(batches)]
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            watch(step, loss.item())
            optimizer.step()
            step += 1
        wall, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
        print(json.dumps({"wall": wall / count, "cpu": cpu / count}), file=turns, flush=True)


main()

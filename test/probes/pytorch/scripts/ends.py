"""Ends in one of many ways; `before` ends before torch is even imported."""

import os
import signal
import sys


def fail():
    raise ValueError("no good: " + way)  # @fail


way = sys.argv[1]
if way == "before":
    fail()
import torch  # noqa: E402
from torch import nn  # noqa: E402

model = nn.Linear(3, 1)
if way == "module":
    import not_a_module_at_all  # noqa: F401
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _step in range(3):
    model(torch.ones(2, 3)).square().mean().backward()
    optimizer.step()
if way == "handled":
    sys.excepthook = lambda kind, error, trace: print("own hook", error)
if way in ("fail", "handled"):
    fail()
elif way == "optimizer":
    optimizer.step(closure=lambda: 1 / 0)
elif way == "exit":
    sys.exit(3)
elif way == "hard":
    os._exit(4)
elif way == "interrupt":
    # A shell's background job, which the tests may be, begins with the signal ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.raise_signal(signal.SIGINT)
elif way == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
elif way == "fork":
    if os.fork() == 0:
        optimizer.step()
        os._exit(0)
    os.wait()

"""A training that measures nothing real: steps at a pace, obeying the engine. Ends well, or as asked."""

import argparse
import os
import signal
import sys
import time

from probe import Probe

options = argparse.ArgumentParser()
options.add_argument("--steps", type=int, default=10)
options.add_argument("--seconds", type=float, default=0.02, help="of a step")
options.add_argument("--exit", type=int, default=0)
options.add_argument("--signal", type=int, default=0, help="that it sends itself at its end")
options.add_argument("--pid-file", help="to write its process id to")
options.add_argument("--runtime", action="store_true", help="to say what it computes on")
options.add_argument("--nan", type=int, default=-1, help="step whose loss is not finite")
options.add_argument("--tell", action="store_true", help="to print how it goes on at each step")
options.add_argument("--validate", type=int, default=0, help="after so many steps")
given = options.parse_args()

if given.pid_file:
    with open(given.pid_file, "w") as file:
        file.write(str(os.getpid()))

probe = Probe()
if given.runtime:
    probe.send(type="runtime", backend="cuda", device="NVIDIA L4", gpus=[0])
for index in range(given.steps):
    print("step", index, flush=True)
    loss = "NaN" if index == given.nan else 2.0 / (index + 1)
    gate = {"scalars": {"loss": loss}, "back": min(index, 3), "optimizer": 0}
    action = probe.gate(index, **gate)
    while action in ("back", "forward"):
        index += 1 if action == "forward" else -1
        action = probe.gate(index, **{**gate, "back": 0, "ahead": 1})
    if given.tell:
        print(action, "at", index, flush=True)
    if not probe.stopped:
        probe.step(index, loss=loss)
        if given.validate and (index + 1) % given.validate == 0:
            scalars = {"validation/loss": 1 / (index + 1)}
            probe.send(type="validation", step=index + 1, time=0, batches=1, scalars=scalars)
            probe.gate(index + 1, "validation", scalars=scalars)
    if probe.stopped:
        probe.bye("stopped")
        sys.exit(130)
    time.sleep(given.seconds)
print("done", file=sys.stderr, flush=True)
if given.signal:
    os.kill(os.getpid(), signal.Signals(given.signal))
probe.bye()
sys.exit(given.exit)

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
given = options.parse_args()

if given.pid_file:
    with open(given.pid_file, "w") as file:
        file.write(str(os.getpid()))

probe = Probe()
if given.runtime:
    probe.send(type="runtime", backend="cuda", device="NVIDIA L4", gpus=[0])
for index in range(given.steps):
    print("step", index, flush=True)
    probe.step(index, loss=2.0 / (index + 1))
    probe.obey(index)
    if probe.stopped:
        probe.bye("stopped")
        sys.exit(130)
    time.sleep(given.seconds)
print("done", file=sys.stderr, flush=True)
if given.signal:
    os.kill(os.getpid(), signal.Signals(given.signal))
probe.bye()
sys.exit(given.exit)

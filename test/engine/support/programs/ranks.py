"""Two ranks that meet in every step, as in an all-reduce; the second is `--late` seconds behind at each."""

import argparse
import os
import sys
import threading
import time

from probe import Probe

options = argparse.ArgumentParser()
options.add_argument("--steps", type=int, default=100000)
options.add_argument("--late", type=float, default=0.0)
options.add_argument("--leave", type=int, default=-1, help="step at which the second rank ends")
options.add_argument("--nan", type=int, default=-1, help="step at which the loss of the second is not finite")
given = options.parse_args()
meeting = threading.Barrier(2)


def train(rank):
    probe = Probe(rank, worldSize=2, pid=os.getpid() + rank)
    for step in range(given.steps):
        if rank == 1 and step == given.leave:
            meeting.abort()
            break
        try:
            meeting.wait()
        except threading.BrokenBarrierError:
            pass
        if rank == 1:
            time.sleep(given.late)
        loss = "NaN" if rank == 1 and step == given.nan else 1.0
        probe.gate(step, scalars={"loss": loss})
        if probe.stopped:
            meeting.abort()
            break
        probe.step(step, loss=loss)
        time.sleep(0.002)
    probe.bye("stopped" if probe.stopped else "finished")


ranks = [threading.Thread(target=train, args=(rank,)) for rank in range(2)]
for thread in ranks:
    thread.start()
for thread in ranks:
    thread.join()
sys.exit(0)

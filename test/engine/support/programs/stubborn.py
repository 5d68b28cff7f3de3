"""Ignores polite signals, and has children of every kind: in its group, in a session of their own, orphaned."""

import os
import signal
import subprocess
import sys
import time

for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_IGN)

# Marks what it starts, so that a test finds all of it.
os.environ["STUBBORN"] = os.path.abspath(__file__)
SLEEPER = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
ORPHAN_MAKER = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]], start_new_session=True)"
subprocess.Popen([sys.executable, "-c", SLEEPER])
subprocess.Popen([sys.executable, "-c", SLEEPER], start_new_session=True)
subprocess.run([sys.executable, "-c", ORPHAN_MAKER, SLEEPER], check=True)
print("ready", os.getpid(), flush=True)
while True:
    time.sleep(1)

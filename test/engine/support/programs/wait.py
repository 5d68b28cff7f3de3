"""Trains nothing and waits for long."""

import time

print("waiting", flush=True)
time.sleep(600)

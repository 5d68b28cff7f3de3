"""Speaks the protocol of a probe, for tests of the engine that need no framework. Standard library only."""

import json
import os
import select
import socket
import sys
import time


class Probe:
    def __init__(self, rank=0, **changes):
        kind, _, rest = os.environ["TRAINING_DEBUGGER_SOCKET"].partition(":")
        assert kind == "unix", kind
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(rest)
        self.state = "running"
        self.stopped = False
        self.received = b""
        hello = {
            "type": "hello",
            "version": 1,
            "token": os.environ["TRAINING_DEBUGGER_TOKEN"],
            "framework": "pytorch",
            "frameworkVersion": "2.9.0",
            "language": "python",
            "languageVersion": "3.12.0",
            "pid": os.getpid(),
            "rank": rank,
            "localRank": rank,
            "worldSize": 1,
            "host": socket.gethostname(),
            "script": sys.argv[0],
            "argv": sys.argv,
            "cwd": os.getcwd(),
            "time": time.time(),
            "packages": {"torch": "2.9.0"},
        }
        hello.update(changes)
        self.began = time.time()
        self.send(**hello)

    def send(self, **message):
        self.raw(json.dumps(message) + "\n")

    def raw(self, text):
        """As a real probe, this goes on when the engine is gone."""
        try:
            self.socket.sendall(text.encode())
        except OSError:
            pass

    def step(self, index, **scalars):
        columns = {name: [value] for name, value in scalars.items()}
        self.send(type="steps", first=index, time=[time.time() - self.began], scalars=columns)

    def replies(self, seconds=0.0):
        """Messages of the engine that have come, or come within `seconds`."""
        messages = []
        while select.select([self.socket], [], [], 0 if messages else seconds)[0]:
            try:
                part = self.socket.recv(65536)
            except OSError:
                break
            if not part:
                break
            self.received += part
            while b"\n" in self.received:
                line, self.received = self.received.split(b"\n", 1)
                messages.append(json.loads(line))
        return messages

    def obey(self, index):
        """Does what the engine asks, between two steps."""
        for message in self.replies():
            self.apply(message["type"], index)
        while self.state == "paused" and not self.stopped:
            for message in self.replies(0.05):
                self.apply(message["type"], index)

    def apply(self, kind, index):
        if kind == "stop":
            self.stopped = True
        if kind in ("pause", "resume"):
            self.state = "paused" if kind == "pause" else "running"
            self.send(type="state", state=self.state, step=index)

    def bye(self, reason="finished"):
        self.send(type="bye", reason=reason, dropped=0)
        self.socket.close()

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
        self.stopped = False
        self.lost = False
        self.gear = json.loads(os.environ.get("TRAINING_DEBUGGER_GEAR", '{"gated": false, "kinds": []}'))
        self.passed = -1
        self.gates = 0
        self.verdict = None
        self.held = False
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
                part = b""
            if not part:
                self.lost = True
                break
            self.received += part
            while b"\n" in self.received:
                line, self.received = self.received.split(b"\n", 1)
                messages.append(json.loads(line))
        return messages

    def gate(self, step, kind="step", **place):
        """Comes to a place where training can be held; returns how it goes on: `go`, `skip`, `back`, `forward`."""
        for message in self.replies():
            self.apply(message)
        if kind not in self.gear["kinds"]:
            self.passed = step
            return "go"
        place = {"scalars": {}, "back": 0, "ahead": 0, **place}
        number, self.gates, self.verdict = self.gates, self.gates + 1, None
        self.send(type="gate", gate=number, time=time.time() - self.began, kind=kind, step=step, **place)
        action = self.wait(number, step)
        if kind == "step" and action in ("go", "skip"):
            self.passed = step
        return action

    def wait(self, number, step):
        held_at = time.time()
        while not self.stopped and self.gear["gated"]:
            for message in self.replies(0.05):
                self.apply(message, number)
            if self.verdict == "hold" and not self.held:
                self.held = True
                self.send(type="state", state="paused", step=step)
            elif self.verdict not in (None, "hold"):
                break
            if self.lost and time.time() - held_at > self.gear["grace"]:
                break
        if self.held:
            self.held = False
            self.send(type="state", state="running", step=step)
        return "go" if self.verdict in (None, "hold") else self.verdict

    def apply(self, message, gate=None):
        kind = message["type"]
        if kind == "stop":
            self.stopped = True
        elif kind == "gear":
            self.gear = message
            self.send(type="gear", gated=message["gated"], passed=self.passed)
        elif kind == "verdict" and message["gate"] == gate:
            self.verdict = message["action"]
        elif kind == "request":
            self.answer(message)
        elif kind == "interrupt":
            self.interrupted(message["id"])

    def answer(self, message):
        """Evaluates: `hang` is never answered, `slow` when it is interrupted, `broken` with nonsense."""
        expression = message["params"].get("expression", message["method"])
        if expression in ("hang", "slow"):
            return
        result = {"name": expression, "value": expression.upper(), "reference": 0}
        if expression == "broken":
            result["value"] = 5
        if expression == "wrong":
            error = {"template": "There is no name {0} here.", "args": [expression]}
            self.send(type="reply", id=message["id"], error=error)
        else:
            self.send(type="reply", id=message["id"], result=result)

    def interrupted(self, number):
        if os.environ.get("INTERRUPTIBLE"):
            error = {"template": "Interrupted.", "args": []}
            self.send(type="reply", id=number, error=error)

    def bye(self, reason="finished"):
        self.send(type="bye", reason=reason, dropped=0)
        self.socket.close()

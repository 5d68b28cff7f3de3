"""Holds a training at a gate, and asks it."""

import contextlib

from support import Engine, command, finish, gear, gear_message, good, observed, start, started


class Held:
    """A training that waits; `over` is its run once it has ended."""

    def __init__(self, engine, process):
        self.engine = engine
        self.process = process
        self.gate = None
        self.over = None

    def hold(self, number):
        """Lets gates go until the one with this number, and holds that."""
        for earlier in range(self.gate["gate"] if self.gate else 0, number):
            self.engine.give(self.engine.gate(earlier), "go")
        self.gate = self.engine.gate(number)
        self.engine.give(self.gate, "hold")

    def take(self, action):
        """Leaves the held gate by an action, and holds the next one."""
        self.engine.give(self.gate, action)
        self.gate = self.engine.gate(self.gate["gate"] + 1)
        self.engine.give(self.gate, "hold")
        return self.gate

    def go(self):
        self.engine.give(self.gate, "go")

    def reply(self, method, **params):
        return self.engine.ask(method, **params)

    def ask(self, method, **params):
        reply = self.reply(method, **params)
        assert "error" not in reply, reply["error"]
        return reply["result"]

    def refused(self, method, **params):
        """What the refusal says, filled in."""
        error = self.reply(method, **params)["error"]
        return error["template"].format(*error["args"])

    def frame(self, function):
        frames = self.ask("stack", start=0, levels=0)["frames"]
        return next(each for each in frames if each["name"].split(".")[-1] == function)["id"]

    def children(self, reference, **more):
        """By name."""
        found = self.ask("variables", reference=reference, **more)["variables"]
        return {each["name"]: each for each in found}

    def open(self, reference, *names):
        """The children at the end of a path of names."""
        found = self.children(reference)
        for name in names:
            found = self.children(found[name]["reference"])
        return found

    def evaluate(self, expression, context="repl", frame=0, timeout=5):
        return self.ask("evaluate", expression=expression, frame=frame, context=context, timeout=timeout)

    def fails(self, expression, context="repl", frame=0):
        return self.refused("evaluate", expression=expression, frame=frame, context=context, timeout=5)

    def end(self):
        self.go()
        self.engine.send(gear_message())
        self.over = good(finish(self.process, self.engine))
        return self.over


@contextlib.contextmanager
def held(script, *args, at=0, kinds=("step",), cold=False, snapshots=0):
    """`cold`: in a Python of its own, whose stack has no frames but the script's."""
    begun = gear(*kinds, snapshots=snapshots)
    with Engine() as engine:
        if cold:
            process = start(command(script, *args), observed(**engine.environment, **begun))
        else:
            process = started(engine, script, *args, **begun)
        try:
            training = Held(engine, process)
            training.hold(at)
            yield training
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()

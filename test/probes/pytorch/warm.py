"""Runs scripts in forks of a Python that has loaded torch already (preloaded.py): in a tenth of the time.

The process is real and so is everything in it, but its start and its end are not those of a script: what is
about starting, ending, importing or tracebacks goes through `support.run`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

PRELOADED = Path(__file__).resolve().parent / "preloaded.py"
START = "exec(compile(open(__import__('sys').argv[1], encoding='utf-8').read(), '<preloaded>', 'exec'))"
"""In no file, so that its frames are nobody's code to the probe."""
_pythons: dict[tuple[tuple[str, str], ...], list[Python]] = {}


class Python:
    """A Python with torch in it, whose probe (if the environment names one) has read the environment."""

    def __init__(self, env: dict[str, str]) -> None:
        self.busy = False
        """True while a script of it runs."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, str(PRELOADED)],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, script: str, args: list[str], env: dict[str, str]) -> Script:
        """Starts a script; to be asked of one that is not busy."""
        return Script(self, script, args, env)

    def run(self, script: str, args: list[str], env: dict[str, str], seconds: float) -> tuple[int, str, str]:
        """Exit code (of a signal: negative), standard output and standard error; killed after `seconds`."""
        started = self.start(script, args, env)
        try:
            stdout, stderr = started.communicate(seconds)
        except subprocess.TimeoutExpired:
            stdout, stderr = started.communicate()
        assert started.returncode is not None
        return started.returncode, stdout, stderr

    def order(self, order: dict[str, object]) -> int:
        """Process id of the fork that carries it out."""
        self.busy = True
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return self.number()

    def number(self) -> int:
        line = self._process.stdout.readline()
        assert line, f"{PRELOADED.name} has ended with {self._process.wait()}"
        return int(line)


class Script:
    """A script that runs in a fork, with what is used of a `subprocess.Popen`."""

    def __init__(self, python: Python, script: str, args: list[str], env: dict[str, str]) -> None:
        self.returncode: int | None = None
        self._python = python
        self._folder = tempfile.TemporaryDirectory(prefix="td-")
        self._files = {name: os.path.join(self._folder.name, name) for name in ("stdout", "stderr")}
        self._printed = ("", "")
        self._pid = python.order({"script": script, "args": args, "env": env, **self._files})

    def poll(self) -> int | None:
        """The exit code once `communicate` has seen it."""
        return self.returncode

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self._pid, signal.SIGKILL)

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it printed, when it has ended; killed, with an exception, when it takes longer."""
        if self.returncode is None and not self._end(timeout):
            raise subprocess.TimeoutExpired("script", timeout or 0)
        return self._printed

    def _end(self, timeout: float | None) -> bool:
        """False where it was killed for taking too long."""
        killed = threading.Event()
        late = threading.Timer(timeout or 0, lambda: (killed.set(), self.kill()))
        if timeout is not None:
            late.start()
        status = self._python.number()
        self._python.busy = False
        late.cancel()
        self.returncode = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        self._printed = tuple(Path(file).read_text(encoding="utf-8") for file in self._files.values())
        self._folder.cleanup()
        return not killed.is_set()


def python(env: dict[str, str]) -> Python:
    """An idle one for what the probe reads of this environment; it lasts as long as the tests."""
    key = tuple(sorted(item for item in env.items() if item[0].startswith(("PYTHON", "TRAINING_DEBUGGER"))))
    known = _pythons.setdefault(key, [])
    idle = [each for each in known if not each.busy]
    if not idle:
        known.append(Python(env))
    return idle[0] if idle else known[-1]

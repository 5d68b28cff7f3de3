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
_pythons: dict[tuple[tuple[str, str], ...], Python] = {}


class Python:
    """A Python with torch in it, whose probe (if the environment names one) has read the environment."""

    def __init__(self, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, str(PRELOADED)],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, script: str, args: list[str], env: dict[str, str], seconds: float) -> tuple[int, str, str]:
        """Exit code (of a signal: negative), standard output and standard error; killed after `seconds`."""
        with tempfile.TemporaryDirectory(prefix="td-") as folder:
            words = {name: os.path.join(folder, name) for name in ("stdout", "stderr")}
            order = {"script": script, "args": args, "env": env, **words}
            print(json.dumps(order), file=self._process.stdin, flush=True)
            late = threading.Timer(seconds, os.kill, (self._number(), signal.SIGKILL))
            late.start()
            status = self._number()
            late.cancel()
            code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
            return code, *(Path(file).read_text(encoding="utf-8") for file in words.values())

    def _number(self) -> int:
        line = self._process.stdout.readline()
        assert line, f"{PRELOADED.name} has ended with {self._process.wait()}"
        return int(line)


def python(env: dict[str, str]) -> Python:
    """The one for what the probe reads of this environment; it lasts as long as the tests."""
    key = tuple(sorted(item for item in env.items() if item[0].startswith(("PYTHON", "TRAINING_DEBUGGER"))))
    if key not in _pythons:
        _pythons[key] = Python(env)
    return _pythons[key]

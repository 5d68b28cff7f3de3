"""Runs training scripts with the real probe against a small real engine behind a Unix socket."""

from __future__ import annotations

import base64
import contextlib
import json
import math
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import warm

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "scripts"
PROBE = HERE.parents[2] / "src" / "probes" / "pytorch"
TOKEN = "a-token"
TIMEOUT = 240


class Engine:
    """Accepts connections and reads their messages. `manner`: `normal`, `refuse`, `stall` (never reads).

    `decide`: given each gate, returns the action of its verdict, or None where the test gives it by itself.
    """

    def __init__(self, manner="normal", decide=None):
        self.manner = manner
        self.decide = decide
        self.connections = []
        self.changed = threading.Condition()
        self.folder = tempfile.mkdtemp(prefix="td-")
        self.path = os.path.join(self.folder, "s")
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.server.bind(self.path)
        self.server.listen(16)
        self.sockets = []
        self.asked = 0
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self):
        return {"TRAINING_DEBUGGER_SOCKET": "unix:" + self.path, "TRAINING_DEBUGGER_TOKEN": TOKEN}

    def _accept(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            messages = []
            with self.changed:
                self.sockets.append(connection)
                self.connections.append(messages)
                self.changed.notify_all()
            if self.manner != "stall":
                thread = threading.Thread(target=self._read, args=(connection, messages), daemon=True)
                self.threads.append(thread)
                thread.start()

    def _read(self, connection, messages):
        try:
            with connection.makefile("rb") as lines:
                for line in lines:
                    message = json.loads(line, parse_constant=_no_constants)
                    if message["type"] == "hello":
                        self._welcome(connection, message)
                    action = self.decide(message) if self.decide and message["type"] == "gate" else None
                    if action is not None:
                        self.send(verdict(message, action), connection)
                    with self.changed:
                        messages.append(message)
                        self.changed.notify_all()
            connection.shutdown(socket.SHUT_RDWR)  # the probe waits for it when its script ends
        except (OSError, ValueError):
            pass

    def _welcome(self, connection, hello):
        refused = self.manner == "refuse" or hello["token"] != TOKEN
        answer = {"type": "refused", "reason": "no"} if refused else {"type": "welcome", "version": 1}
        self.send(answer, connection)
        if refused:
            connection.shutdown(socket.SHUT_RDWR)

    def send(self, message, connection=None):
        (connection or self.sockets[0]).sendall(json.dumps(message).encode() + b"\n")

    def ask(self, method, **params):
        """Sends a request and waits for its reply."""
        self.asked += 1
        request = self.asked
        self.send({"type": "request", "id": request, "method": method, "params": params})
        return self.next("reply", lambda reply: reply["id"] == request)

    def next(self, kind, condition=lambda message: True):
        """The first message of the kind, of the first connection, for which the condition holds."""
        found = []

        def there(messages):
            found[:] = [each for each in messages if each["type"] == kind and condition(each)]
            return found

        self.wait(there)
        return found[0]

    def gate(self, number):
        """Waits for the gate with this number."""
        return self.next("gate", lambda gate: gate["gate"] == number)

    def gates_of_all(self, number, connections):
        """Waits for the gate with this number of each connection; pairs of socket and gate."""
        found = []

        def there(_):
            found[:] = [
                (each, gate)
                for each, messages in zip(self.sockets, self.connections)
                for gate in messages
                if gate["type"] == "gate" and gate["gate"] == number
            ]
            return len(found) == connections

        self.wait(there)
        return found

    def give(self, gate, action):
        self.send(verdict(gate, action))

    def release(self, gate):
        """Training runs free from this gate on; one that was not held may have ended meanwhile."""
        self.send(gear_message())
        with contextlib.suppress(BrokenPipeError):
            self.give(gate, "go")

    def wait(self, condition, seconds=60):
        """Waits until `condition(messages of the first connection)` holds."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while not (self.connections and condition(self.connections[0])):
                left = deadline - time.monotonic()
                assert left > 0, "the probe did not say what was waited for"
                self.changed.wait(left)

    def finish(self):
        """Waits until everything that was sent has been read."""
        for thread in self.threads[1:]:
            thread.join(10)

    def kill(self):
        """Ends as a killed process would: every connection is gone."""
        for each in [self.server, *self.sockets]:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()


def _no_constants(word):
    raise ValueError("not JSON: " + word)


def verdict(gate, action):
    return {"type": "verdict", "gate": gate["gate"], "action": action}


def gear(*kinds, snapshots=0, grace=30.0):
    """The gear that training begins in, as the probe is told in its environment."""
    return {"TRAINING_DEBUGGER_GEAR": json.dumps(gear_message(*kinds, snapshots=snapshots, grace=grace))}


def gear_message(*kinds, snapshots=0, grace=30.0):
    """The gear with gates of these kinds; free-running without any."""
    return {
        "type": "gear",
        "gated": bool(kinds),
        "kinds": list(kinds),
        "snapshotBytes": snapshots,
        "grace": grace,
    }


class Run:
    """What a script printed and what its probe said."""

    def __init__(self, code, stdout, stderr, connections):
        self.code = code
        self.stdout = stdout
        self.stderr = stderr
        self.connections = connections
        self.messages = connections[0] if connections else []

    @property
    def printed(self):
        """The JSON object on the script's last line of output."""
        return json.loads(self.stdout.strip().splitlines()[-1])

    def of(self, kind):
        return [message for message in self.messages if message["type"] == kind]

    def one(self, kind):
        found = self.of(kind)
        assert len(found) == 1, f"{len(found)} messages {kind}: {found}"
        return found[0]

    def series(self, name, kind="steps"):
        """Values by step."""
        found = {}
        for message in self.of(kind):
            for offset, value in enumerate(message["scalars"].get(name, [])):
                if value is not None:
                    found[message["first"] + offset] = float(value)
        return found

    def arrays(self, measure):
        """Arrays by step."""
        return {
            each["step"]: floats(each[measure]) for each in self.of("parameterMeasures") if measure in each
        }

    def steps(self):
        return sum(len(message["time"]) for message in self.of("steps"))

    def disabled(self):
        return [each["message"]["args"] for each in self.of("notice") if each["code"] == "measure-disabled"]


def floats(encoded):
    data = base64.b64decode(encoded)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def environment(**more):
    """The tests' own environment, one thread, without leftovers of an outer run."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("TRAINING_DEBUGGER")}
    base.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", CUDA_VISIBLE_DEVICES="")
    base.pop("PYTHONPATH", None)
    base.update(more)
    return base


def observed(**more):
    """The environment in which the probe starts."""
    return environment(PYTHONPATH=str(PROBE / "site"), **more)


def command(script, *args):
    return [sys.executable, str(SCRIPTS / script), *map(str, args)]


def start(arguments, env, cwd=None):
    return subprocess.Popen(
        arguments,
        env=env,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def plain(script, *args, **env):
    """Runs a script without the probe."""
    return finish(start(command(script, *args), environment(**env)))


def run(script, *args, manner="normal", decide=None, arguments=None, cwd=None, **env):
    """Runs a script (or `arguments`) with the probe and an engine until both have ended."""
    with Engine(manner, decide) as engine:
        process = start(arguments or command(script, *args), observed(**{**engine.environment, **env}), cwd)
        return finish(process, engine)


def finish(process, engine=None):
    try:
        stdout, stderr = process.communicate(timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        stdout, stderr = process.communicate()
        raise AssertionError(f"the script did not end:\n{stdout}\n{stderr}") from None
    if engine is not None:
        engine.finish()
    return Run(process.returncode, stdout, stderr, engine.connections if engine else [])


def started(engine, script, *args, **env):
    """A script that the test talks to while it runs, in a Python that is warm: see warm.py."""
    nobody = {"TRAINING_DEBUGGER_SOCKET": "unix:/nowhere"}
    python = warm.python(observed(**nobody, **env))
    return python.start(str(SCRIPTS / script), list(map(str, args)), observed(**engine.environment, **env))


def trained(script, *args, decide=None, **env):
    """A run with the probe of a script that ends by itself, in a Python that is warm."""
    with Engine(decide=decide) as engine:
        return finish(started(engine, script, *args, **env), engine)


def trained_alone(script, *args):
    """The same without the probe."""
    env = environment()
    return Run(*warm.python(env).run(str(SCRIPTS / script), list(map(str, args)), env, TIMEOUT), [])


def good(result):
    """The run, which must have ended well."""
    assert result.code == 0, result.stderr
    return result


def line_of(script, marker):
    """The line of a script that ends in `# @marker`, and its absolute file."""
    path = SCRIPTS / script
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if line.rstrip().endswith(f"# @{marker}")]
    assert len(found) == 1, f"{marker} is on {len(found)} lines of {script}"
    return str(path), found[0]


def at(source):
    return source["file"], source["line"]


def close(left, right, relative=1e-5):
    return math.isclose(left, right, rel_tol=relative, abs_tol=1e-9)

"""A Python that has loaded torch, and forks for each script that it is told to run.

Loading torch takes a script of a few steps nine tenths of its time. Each line on the standard input is JSON
with `script`, `args`, `env` and the files `stdout` and `stderr`; the answers are the process id of the fork
and, when it has ended, its status as `os.waitpid` has it. The end of the input ends this process.
"""

import atexit
import importlib.util
import json
import os
import sys
import threading
import types

# What a first optimizer imports of torch, where torch has it.
for name in ("torch", "torch._dynamo"):
    if importlib.util.find_spec(name):
        importlib.import_module(name)


def become(order):
    """Makes of this process what the order asks for; the script's code and its globals."""
    for number, flags, path in (
        (0, os.O_RDONLY, os.devnull),
        (1, os.O_WRONLY | os.O_CREAT, order["stdout"]),
        (2, os.O_WRONLY | os.O_CREAT, order["stderr"]),
    ):
        file = os.open(path, flags, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["env"], TRAINING_DEBUGGER_MAIN=str(os.getpid()))
    script = order["script"]
    sys.argv[:] = [script, *order["args"]]
    sys.path[0] = os.path.dirname(script)
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    main.__file__ = script
    with open(script, encoding="utf-8") as file:
        return compile(file.read(), script, "exec"), main.__dict__


def carry_out(code, variables):
    """Runs the script as Python would; its exit status."""
    try:
        exec(code, variables)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__.tb_next)
        return 1
    return 0


def leave(status):
    """Ends as Python does, but for taking all of torch apart, which takes seconds."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        leave(carry_out(*become(json.loads(line))))
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)

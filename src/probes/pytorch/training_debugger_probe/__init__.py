"""The PyTorch probe of Training Debugger: runs inside the user's process, on the standard library and torch
only.

`start()` is all that runs at interpreter start. It waits for the script to import torch, then wraps a few
functions of it; the first optimizer that is built opens the connection to the engine. One measured quantity
or one hook a file; `src/protocol/telemetry.ts` defines the messages.
"""

from __future__ import annotations


def start() -> None:
    """Watches for the imports and the uncaught exception of this process. Costs a few milliseconds."""
    from . import finder, process

    process.watch()
    finder.install()

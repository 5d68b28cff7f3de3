"""Starts the probe in every Python that the engine's environment reaches; kept in old syntax on purpose.

This folder is on PYTHONPATH. The file takes it off sys.path again, runs the sitecustomize that it shadows,
and loads the probe from the folder beside it by path, so that nothing of ours can be imported by accident.
"""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


def _leave_path():
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != _HERE or not entry]


def _run_shadowed():
    ours = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise
        if ours is not None:
            sys.modules["sitecustomize"] = ours


def _start_probe():
    if sys.version_info < (3, 8):
        return
    if not (os.environ.get("TRAINING_DEBUGGER_SOCKET") or os.environ.get("TRAINING_DEBUGGER_LOG")):
        return
    from importlib.util import module_from_spec, spec_from_file_location

    folder = os.path.join(os.path.dirname(_HERE), "training_debugger_probe")
    spec = spec_from_file_location(
        "training_debugger_probe", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    package = module_from_spec(spec)
    sys.modules["training_debugger_probe"] = package
    spec.loader.exec_module(package)
    package.start()


_leave_path()
try:
    _start_probe()
except Exception as _error:
    sys.stderr.write("Training Debugger: this run is not observed: %s\n" % (_error,))
_run_shadowed()

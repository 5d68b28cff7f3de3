"""Training is sacred: bit by bit the same with and without the probe, and nothing of it is left behind."""

import subprocess
import sys

import pytest
from support import SCRIPTS, environment, good, plain, run

SCRIPT = "identical.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("saved")


@pytest.fixture(scope="module")
def alone(folder):
    return good(plain(SCRIPT, folder, "alone.pt", "spawn"))


@pytest.fixture(scope="module")
def observed(folder):
    return good(run(SCRIPT, folder, "observed.pt", "spawn", TRAINING_DEBUGGER_BUDGET="1"))


@pytest.mark.parametrize("part", ["plain", "workers", "autocast", "spawned", "random", "traced"])
def test_losses_and_random_numbers_are_bit_identical(alone, observed, part):
    assert observed.printed[part] == alone.printed[part]
    assert len(alone.printed[part]) > 1


def test_the_probe_did_watch(observed):
    assert observed.steps() == 4 * 2 * 3
    assert observed.disabled() == []


def test_workers_are_never_instrumented(observed):
    assert len(observed.connections) == 1
    workers = {message["workers"] for message in observed.of("loader")}
    assert workers == {0, 1, 2}


@pytest.mark.parametrize(
    "part", ["pickle", "function", "attributes", "hooks", "signatures", "types", "sources"]
)
def test_nothing_is_left_on_the_users_objects(alone, observed, part):
    assert observed.printed[part] == alone.printed[part]


def test_no_warning_is_added_and_no_path_is_left(alone, observed):
    assert observed.printed["warnings"] == alone.printed["warnings"]
    assert observed.printed["path"] == [str(SCRIPTS)]
    assert observed.stderr == alone.stderr


def test_a_saved_model_loads_without_the_probe(alone, observed, folder):
    code = (
        "import sys, torch; sys.path.insert(0, sys.argv[2]); import identical; "
        "sys.modules['__main__'].Net = identical.Net; import inspect; "
        "known = inspect.signature(torch.load).parameters; "
        "more = {'weights_only': False} if 'weights_only' in known else {}; "
        "saved = torch.load(sys.argv[1], **more); "
        "print(float(saved['loss'](saved['model'].eval()(torch.ones(2, 8)), torch.tensor([0, 1]))).hex())"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", code, str(folder / name), str(SCRIPTS)],
            env=environment(),
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in ("alone.pt", "observed.pt")
    ]
    assert printed[0] == printed[1] != ""

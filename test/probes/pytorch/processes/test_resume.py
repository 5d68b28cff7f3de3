"""A checkpoint holds all that training goes on from: resumed, it is bit by bit as if it had not ended."""

import os
import subprocess

import pytest
import torch
from support import Engine, command, finish, gear, good, observed, started, trained, trained_alone

SCRIPT = "resumable.py"
STEPS = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("saved")


@pytest.fixture(scope="module")
def alone():
    return good(trained_alone(SCRIPT, 0, STEPS, 0)).printed


@pytest.fixture(scope="module")
def while_running(folder):
    """Saved between two steps of a training that runs: the file, the step, the run."""
    file = str(folder / "deeper" / "running.pt")
    with Engine() as engine:
        process = started(engine, SCRIPT, 0, STEPS, 0.02)
        engine.next("steps")
        reply = engine.ask("saveCheckpoint", file=file)
        result = good(finish(process, engine))
    assert reply["result"]["file"] == file and os.path.exists(file)
    said = result.one("checkpoint")
    assert (said["kind"], said["file"], said["step"]) == ("saved", file, reply["result"]["step"])
    return file, said["step"], result


def resumed(file, step, *way):
    return trained(SCRIPT, step, STEPS, 0, *way, TRAINING_DEBUGGER_RESUME=file)


def test_saved_while_it_ran(while_running, alone):
    file, step, first = while_running
    assert 0 < step < STEPS
    result = good(resumed(file, step))
    assert result.printed == first.printed == alone
    notice = result.one("notice")
    assert (notice["code"], notice["message"]["args"]) == ("resumed", [step, file])


def test_saved_while_it_was_held(folder, alone):
    """The step in progress is computed again, from the random state that it began with."""
    file = str(folder / "held.pt")
    with Engine(decide=lambda gate: None if gate["gate"] == 5 else "go") as engine:
        process = started(engine, SCRIPT, 0, STEPS, 0, **gear("step"))
        gate = engine.gate(5)
        engine.give(gate, "hold")
        engine.next("state")
        reply = engine.ask("saveCheckpoint", file=file)
        engine.give(gate, "go")
        good(finish(process, engine))
    assert reply["result"]["step"] == 5
    assert good(resumed(file, 5)).printed == alone


def test_the_newest_torch_loads_it_without_running_code(while_running):
    code = "import sys, torch; print(torch.load(sys.argv[1], weights_only=True)['step'])"
    arguments = [os.environ["TD_PYTHON"], "-c", code, while_running[0]]
    printed = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
    assert int(printed) == while_running[1]


def test_a_file_with_code_in_it_is_refused(tmp_path):
    class Code:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    file = str(tmp_path / "code.pt")
    torch.save({"models": Code(), "optimizers": {}}, file)
    result = resumed(file, 0)
    assert result.code == 1 and "cannot be read" in result.stderr
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("way", "words"),
    [("wider", ["size mismatch", "0.weight"]), ("other", ["optimizers Adam", "script has SGD"])],
)
def test_a_checkpoint_of_another_training_is_refused_before_any_step(while_running, way, words):
    result = resumed(while_running[0], 0, way)
    assert result.code == 1 and result.steps() == 0
    assert all(word in result.stderr for word in [*words, while_running[0]])
    assert "ResumeError" in result.one("exception")["kind"]


def test_a_file_that_cannot_be_read_is_said_before_any_step(tmp_path):
    missing = str(tmp_path / "missing.pt")
    result = resumed(missing, 0)
    assert result.code == 1 and result.steps() == 0
    assert f"The checkpoint {missing} cannot be read" in result.stderr


def test_a_file_that_cannot_be_written_is_said():
    with Engine() as engine:
        process = started(engine, SCRIPT, 0, STEPS, 0.02)
        engine.next("steps")
        reply = engine.ask("saveCheckpoint", file="/proc/nothing/here.pt")
        good(finish(process, engine))
    assert reply["error"]["args"][0] == "/proc/nothing/here.pt"


def test_a_request_that_the_script_did_not_come_to_is_answered(tmp_path):
    """The script ends before another step."""
    script = tmp_path / "short.py"
    script.write_text(
        "import torch, sys\nw = torch.nn.Parameter(torch.ones(1))\no = torch.optim.SGD([w], lr=0.1)\n"
        "w.sum().backward()\no.step()\nprint('stepped', flush=True)\nsys.stdin.readline()\n",
        encoding="utf-8",
    )
    with Engine() as engine:
        arguments = [command(SCRIPT)[0], str(script)]
        process = subprocess.Popen(
            arguments,
            env=observed(**engine.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "stepped\n"
        engine.send({"type": "request", "id": 1, "method": "saveCheckpoint", "params": {"file": "x.pt"}})
        engine.send({"type": "request", "id": 2, "method": "stack", "params": {"start": 0, "levels": 1}})
        engine.next("reply", lambda reply: reply["id"] == 2)
        process.communicate("\n", timeout=60)
        reply = engine.next("reply", lambda reply: reply["id"] == 1)
    assert "ended" in reply["error"]["template"]

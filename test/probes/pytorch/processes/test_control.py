"""Held, let go and stopped while it runs."""

import os
import threading

import torch
from support import Engine, command, gear_message, observed, start

ENDLESS = 10**9


def states(messages):
    return [each["state"] for each in messages if each["type"] == "state"]


def last_step(messages):
    return max(each["first"] + len(each["time"]) for each in messages if each["type"] == "steps")


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_hold_go_on_and_stop(tmp_path):
    with Engine() as engine:
        env = observed(**engine.environment, TRAINING_DEBUGGER_CHECKPOINTS=str(tmp_path / "kept"))
        process = start(command("steady.py", ENDLESS), env)
        engine.next("validation")

        engine.send(gear_message("step"))
        gate = engine.gate(0)
        engine.give(gate, "hold")
        engine.wait(lambda messages: states(messages) == ["paused"])
        before = processor_seconds(process.pid)
        held = last_step(engine.connections[0])
        threading.Event().wait(1.0)
        assert processor_seconds(process.pid) - before < 0.2, "waits busily"
        paused = engine.next("state")
        assert last_step(engine.connections[0]) == held == paused["step"] == gate["step"]

        engine.release(gate)
        engine.wait(lambda messages: states(messages) == ["paused", "running"])
        engine.wait(lambda messages: last_step(messages) > held)

        engine.send({"type": "stop"})
        stdout, stderr = process.communicate(timeout=60)
        engine.finish()
        messages = engine.connections[0]

    assert process.returncode == 85
    assert stdout == "finally\n"
    assert stderr.count("\n") == 1 and stderr.startswith("Training Debugger: training was stopped after")
    assert messages[-1]["type"] == "bye" and messages[-1]["reason"] == "stopped"
    assert not any(each["type"] == "exception" for each in messages)
    stopped = last_step(messages)
    assert f"after {stopped} steps" in stderr

    kept = {each["kind"]: each for each in messages if each["type"] == "checkpoint"}
    assert set(kept) == {"best", "last"}
    assert sorted(os.listdir(tmp_path / "kept")) == ["best.pt", "last.pt"]
    last = torch.load(kept["last"]["file"])
    assert last["step"] == kept["last"]["step"] == stopped
    assert set(last["models"][""]) == {"weight", "bias"}
    assert last["optimizers"][0]["param_groups"][0]["lr"] == 0.01
    best = torch.load(kept["best"]["file"])
    losses = [each["scalars"]["validation/loss"] for each in messages if each["type"] == "validation"]
    assert best["validationLoss"] in losses

"""Gates: training is held where it can be, with what is known there, and is otherwise as without them."""

import math
import socket
import time

import pytest
from support import (
    Engine,
    at,
    command,
    finish,
    gear,
    gear_message,
    good,
    line_of,
    observed,
    plain,
    run,
    start,
    started,
    trained,
    trained_alone,
    verdict,
)

SCRIPT = "gated.py"
WAYS = ["plain", "accumulation", "lbfgs", "adam_closure", "two_optimizers", "fork", "spawn"]


def go(gate):
    return "go"


def free_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@pytest.mark.parametrize("way", WAYS)
def test_losses_and_weights_are_bit_identical_with_every_gate(way):
    cold = way in ("fork", "spawn")
    alone = good((plain if cold else trained_alone)(SCRIPT, way))
    with_gates = {"decide": go, **gear("step", "microBatch", "validation")}
    gated = good((run if cold else trained)(SCRIPT, way, **with_gates))
    assert gated.printed == alone.printed
    assert gated.stderr == alone.stderr
    assert gated.disabled() == []
    steps = [each for each in gated.of("gate") if each["kind"] == "step"]
    assert [each["step"] for each in steps] == list(range(gated.steps()))
    assert len(gated.connections) == 1


def test_what_a_gate_says():
    result = good(trained(SCRIPT, "accumulation", decide=go, **gear("step", "microBatch", "validation")))
    gates = result.of("gate")
    assert [each["gate"] for each in gates] == list(range(len(gates)))
    kinds = [each["kind"] for each in gates]
    assert kinds[:3] == ["microBatch", "microBatch", "step"]
    assert [each["microBatch"] for each in gates[:3]] == [0, 1, 1]
    assert kinds.count("validation") == 1  # the last pass ends with the script
    step = gates[2]
    assert (step["step"], step["optimizer"], step["back"], step["ahead"]) == (0, 0, 0, 0)
    assert at(step["source"]) == line_of(SCRIPT, "step")
    assert at(gates[0]["source"]) == line_of(SCRIPT, "backward")
    assert {"loss", "accuracy", "gradNorm", "lr/0"} <= set(step["scalars"])
    assert gates[5]["scalars"]["staleGradients"] == 0
    assert {"time/data", "time/forward", "time/backward"} <= set(step["scalars"])
    assert gates[0]["scalars"]["loss"] == float.fromhex(result.printed["losses"][0])
    validation = next(each for each in gates if each["kind"] == "validation")
    assert validation["step"] == 3 and validation["scalars"] == result.of("validation")[0]["scalars"]


def test_every_step_has_its_loss_and_gradient_norm():
    result = good(trained(SCRIPT, "plain", 40, decide=go, **gear("step")))
    gates = result.of("gate")
    assert len(gates) == 40
    losses = [float.fromhex(each) for each in result.printed["losses"]]
    assert [each["scalars"]["loss"] for each in gates] == losses
    assert [each["scalars"]["gradNorm"] for each in gates] == list(result.series("gradNorm").values())


def test_a_nan_gradient_never_reaches_the_weights():
    with Engine(decide=lambda gate: "skip" if gate["scalars"]["gradNorm"] == "NaN" else "go") as engine:
        process = started(engine, SCRIPT, "poisoned", **gear("step"))
        result = good(finish(process, engine))
    assert all(math.isfinite(float.fromhex(each)) for each in result.printed["weights"])
    assert (result.one("change")["kind"], result.one("change")["step"]) == ("skip", 2)
    order = [each["type"] for each in result.messages]
    seen = result.one("nonFinite")
    third = [index for index, kind in enumerate(order) if kind == "gate"][2]
    assert result.messages.index(seen) < third and seen["where"] == "gradient"


@pytest.mark.parametrize("way", ["plain", "adam_closure", "lbfgs"])
def test_skipped_updates_leave_the_weights(way):
    result = good(trained(SCRIPT, way, decide=lambda gate: "skip", **gear("step")))
    untrained = good(trained_alone(SCRIPT, way, 0))
    assert result.printed["weights"] == untrained.printed["weights"]
    assert result.steps() == 6


def test_a_held_training_says_so_and_its_time_does_not_count():
    with Engine() as engine:
        process = started(engine, SCRIPT, "plain", **gear("step"))
        engine.give(engine.gate(0), "go")
        second = engine.gate(1)
        engine.give(second, "hold")
        state = engine.next("state")
        assert (state["state"], state["step"]) == ("paused", 1)
        time.sleep(1.0)
        engine.send(gear_message())
        result = good(finish(process, engine))
    assert [each["state"] for each in result.of("state")] == ["paused", "running"]
    assert max(result.series("time/step").values()) < 0.9
    reply = result.one("gear")
    assert (reply["gated"], reply["passed"]) == (False, 0)
    assert len(result.of("gate")) == 2


def test_the_gear_says_which_steps_have_passed():
    """No gate of a step that has passed is to come."""
    with Engine(decide=go) as engine:
        process = started(engine, "steady.py", 400, 0.001)
        engine.next("steps")
        engine.send(gear_message("step"))
        result = good(finish(process, engine))
    passed = result.one("gear")["passed"]
    assert [each["step"] for each in result.of("gate")] == list(range(passed + 1, 400))


def test_stop_while_held():
    with Engine() as engine:
        process = start(command(SCRIPT, "stubborn", 10**6), observed(**engine.environment, **gear("step")))
        engine.give(engine.gate(0), "hold")
        engine.next("state")
        engine.send({"type": "stop"})
        result = finish(process, engine)
    assert result.code == 85
    assert "swallowed" not in result.stdout
    assert (result.messages[-1]["type"], result.messages[-1]["reason"]) == ("bye", "stopped")


def test_ctrl_c_while_held():
    with Engine() as engine:
        process = start(command(SCRIPT, "plain"), observed(**engine.environment, **gear("step")))
        engine.give(engine.gate(0), "hold")
        engine.next("state")
        process.send_signal(2)
        result = finish(process, engine)
    assert result.code == -2
    assert result.messages[-1]["reason"] == "stopped"


def test_requests():
    with Engine() as engine:
        process = started(engine, SCRIPT, "plain", **gear("step"))
        gate = engine.gate(0)
        early = engine.ask("stack", start=0, levels=1)
        assert "held" in early["error"]["template"]
        engine.give(gate, "hold")
        engine.next("state")
        unknown = engine.ask("nothing")
        assert unknown["error"]["args"] == ["nothing"]
        engine.give(gate, "go")
        late = engine.ask("roots", frame=0)
        assert "running" in late["error"]["template"]
        engine.send(gear_message())
        good(finish(process, engine))


def test_a_computation_that_hangs_is_given_up():
    with Engine() as engine:
        process = started(engine, "travel.py", "momentum", 4, **gear("step"))
        gate = engine.gate(0)
        engine.give(gate, "hold")
        engine.next("state")
        for request in range(3):
            engine.send({"type": "request", "id": request, "method": "spin", "params": {}})
            time.sleep(0.3)
            engine.send({"type": "interrupt", "id": 99})
            engine.send({"type": "interrupt", "id": request})
            reply = engine.next("reply", lambda reply, request=request: reply["id"] == request)
            assert "interrupted" in reply["error"]["template"]
        engine.send({"type": "interrupt", "id": 2})
        engine.send(gear_message())
        result = good(finish(process, engine))
    assert result.printed == good(trained_alone("travel.py", "momentum", 4)).printed


def test_each_rank_has_its_own_gates():
    """Two ranks as torchrun starts them; Debian's own torchrun for torch 1.13 crashes on its Python."""
    world = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    with Engine() as engine:
        env = observed(**engine.environment, **world, **gear("step", snapshots=2**26))
        ranks = [start(command("ranks.py"), {**env, "RANK": rank, "LOCAL_RANK": rank}) for rank in ("0", "1")]
        for step in range(3):
            found = engine.gates_of_all(step, 2)
            assert [gate["step"] for _, gate in found] == [step, step]
            for connection, gate in found:
                engine.send(verdict(gate, "hold"), connection)
            time.sleep(0.2)
            for connection, gate in found:
                engine.send(verdict(gate, "go"), connection)
        results = [good(finish(process, engine)) for process in ranks]
    assert len(results[0].connections) == 2
    assert results[0].stdout == results[1].stdout != ""

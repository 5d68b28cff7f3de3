"""Going back: to the very state of an earlier gate, forward again bit by bit, and on from there."""

import pytest
from conftest import NEWEST
from support import Engine, finish, gear, good, run, started, trained, trained_alone

SCRIPT = "travel.py"
WAYS = ["momentum", "adam", "norm", "accumulation", "clip", "schedule"]
if NEWEST:
    WAYS.append("scaled")  # there is no scaler for the CPU before
MEMORY = 2**26


def travel(script, way, *legs, steps=8, memory=MEMORY):
    """Holds each gate from that of step 5 on, and takes these legs there: actions, or learning rates to set.
    Returns the run and the gates since.
    """
    with Engine(decide=lambda gate: "go" if gate["gate"] < 5 else None) as engine:
        process = started(engine, script, way, steps, **gear("step", snapshots=memory))
        gates = [engine.gate(5)]
        for leg in legs:
            engine.give(gates[-1], "hold")
            engine.wait(lambda messages: [each["type"] for each in messages].count("state") >= len(gates))
            if isinstance(leg, float):
                assert "error" not in engine.ask("setRate", rate=leg)
                continue
            engine.give(gates[-1], leg)
            gates.append(engine.gate(gates[-1]["gate"] + 1))
        engine.release(gates[-1])
        return good(finish(process, engine)), gates


@pytest.mark.parametrize("way", [*WAYS, "own"])
def test_back_and_forward_again_is_bit_identical(way):
    result, gates = travel(SCRIPT, way, "back", "back", "back", "forward", "forward", "forward")
    assert result.printed == good(trained_alone(SCRIPT, way, 8)).printed
    assert [each["step"] for each in gates] == [5, 4, 3, 2, 3, 4, 5]
    assert [each["back"] for each in gates] == [5, 4, 3, 2, 3, 4, 5]
    assert [each["ahead"] for each in gates] == [0, 1, 2, 3, 2, 1, 0]
    assert gates[1]["scalars"] == gates[5]["scalars"]
    assert result.of("notice") == [] and result.of("change") == []
    assert result.steps() == 8


@pytest.mark.parametrize("way", WAYS)
def test_another_learning_rate_gives_what_a_fresh_computation_gives(way):
    legs = ["back", "back", "back", 0.02, "forward", "forward", "forward"]
    result, gates = travel(SCRIPT, way, *legs)
    fresh = good(trained_alone(SCRIPT, way, 8, 2, 0.02)).printed
    assert result.of("notice") == []
    for part in ("weights", "state", "rate", "random"):
        assert result.printed[part] == fresh[part], part
    count = 2 if way == "accumulation" else 1
    losses = [float.fromhex(each) for each in fresh["losses"]]
    expected = sum(losses[5 * count : 6 * count])
    assert gates[-1]["scalars"]["loss"] == pytest.approx(expected, rel=1e-6)
    assert gates[-1]["scalars"]["gradNorm"] != gates[0]["scalars"]["gradNorm"]


def test_a_step_that_cannot_be_computed_again_uses_its_recorded_gradients():
    result, gates = travel(SCRIPT, "own", "back", 0.02, "forward")
    notice = result.one("notice")
    assert notice["code"] == "step-recorded"
    assert "loss functions" in notice["message"]["template"]
    assert gates[-1]["backLimit"] == notice["message"]


def test_going_on_from_the_past():
    """The update of the past is applied, and the script goes on with its next batch."""
    result, _ = travel(SCRIPT, "momentum", "back", "back")
    change = result.one("change")
    assert (change["kind"], change["step"], change["before"], change["after"]) == ("back", 5, "5", "3")
    assert result.steps() == 8
    assert result.printed["losses"][:6] == good(trained_alone(SCRIPT, "momentum", 8)).printed["losses"][:6]
    assert result.printed["weights"] != good(trained_alone(SCRIPT, "momentum", 8)).printed["weights"]


def test_a_change_is_of_the_step_that_is_looked_at():
    with Engine(decide=lambda gate: "go" if gate["gate"] < 5 else None) as engine:
        process = started(engine, SCRIPT, "momentum", 8, **gear("step", snapshots=MEMORY))
        for number in (5, 6):
            engine.give(engine.gate(number), "back")
        gate = engine.gate(7)
        engine.give(gate, "hold")
        engine.wait(lambda messages: any(each["type"] == "state" for each in messages))
        engine.ask("evaluate", expression="model.eval()", frame=0, context="repl", timeout=10)
        engine.release(gate)
        changes = good(finish(process, engine)).of("change")
    assert [(each["kind"], each["step"]) for each in changes] == [("code", 3), ("back", 5)]


def test_no_further_than_memory_allows():
    result, gates = travel(SCRIPT, "momentum", memory=9000)
    assert 1 <= gates[0]["back"] < 5
    assert gates[0]["backLimit"]["template"].startswith("A snapshot takes")
    assert result.printed == good(trained_alone(SCRIPT, "momentum", 8)).printed


def test_a_snapshot_beyond_the_limit_is_not_kept():
    result, gates = travel(SCRIPT, "momentum", "back", memory=1000)
    assert [each["back"] for each in gates] == [0, 0]
    assert gates[0]["backLimit"]["args"] == [1, 0]
    assert result.printed == good(trained_alone(SCRIPT, "momentum", 8)).printed


def test_an_optimizer_that_needs_its_closure_cannot_go_back():
    decide = {"decide": lambda gate: "go"}
    result = good(trained("gated.py", "lbfgs", **decide, **gear("step", snapshots=MEMORY)))
    assert {each["back"] for each in result.of("gate")} == {0}
    assert result.of("gate")[1]["backLimit"]["args"] == ["LBFGS"]


def test_what_is_kept_is_bounded_and_not_of_the_memory_of_the_script():
    decide = {"decide": lambda gate: "go"}
    result = good(run("large_state.py", 120, **decide, **gear("step", snapshots=2**29)))
    gates = result.of("gate")
    assert [each["back"] for each in gates] == [*range(100), *[99] * 20]
    assert gates[99].get("backLimit") is None and gates[100]["backLimit"]["args"] == [100]
    memory = [size for step, size in sorted(result.series("memory/process").items()) if step > 1]
    assert len(memory) >= 4 and max(memory) - min(memory) < 40 * 2**20  # they take 300 MiB


def test_what_was_kept_is_let_go_of_when_training_runs_free():
    result, gates = travel("large_state.py", 12)
    assert gates[0]["back"] == 5 and result.printed == {"held": 0}

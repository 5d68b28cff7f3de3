"""Scripts that change their weights themselves are trainings, too: their steps are told from the weights."""

import pytest
from support import at, gear, good, line_of, trained, trained_alone

SCRIPT = "manual.py"
UNSEEN = 2
"""Updates after which it is sure."""


def both(way, updates=12):
    observed, alone = good(trained(SCRIPT, way, updates)), good(trained_alone(SCRIPT, way, updates))
    assert observed.printed == alone.printed
    assert observed.stderr == alone.stderr
    assert observed.disabled() == []
    return observed


@pytest.mark.parametrize("way", ["module", "tensors"])
def test_each_update_is_a_step(way):
    run = both(way)
    losses = [float.fromhex(each) for each in run.printed["losses"]]
    assert list(run.series("loss").values()) == losses[UNSEEN:]
    assert run.of("optimizer")[-1]["name"] == "ManualUpdates"
    assert at(run.of("optimizer")[-1]["stepSource"]) == line_of(SCRIPT, "backward")
    loss = run.one("loss")
    assert (loss["function"], loss["resumed"]) == ("cross_entropy", True)
    for series in ("gradNorm", "weightNorm", "updateRatio", "time/forward", "time/backward"):
        assert run.series(series), series
    assert not any(run.series("staleGradients").values())


def test_layers_are_named():
    layers = both("module").of("layers")[-1]["layers"]
    assert [each["kind"] for each in layers] == ["Sequential", "Linear", "Dropout", "Tanh", "Linear"]


def test_micro_batches_are_of_the_step_that_they_make_up():
    run = both("accumulation")
    losses = [float.fromhex(each) for each in run.printed["losses"]]
    sums = [one + other for one, other in zip(losses[::2], losses[1::2])]
    measured = list(run.series("loss").values())
    assert run.steps() == 11
    assert measured[1:] == pytest.approx(sums[2:])


@pytest.mark.parametrize("way", ["attack", "attack_frozen"])
def test_an_attack_on_an_input_is_no_training(way):
    run = both(way)
    assert run.connections == []


def test_an_optimizer_takes_over():
    run = both("optimizer", 6)
    assert run.steps() == 6 - UNSEEN + 6
    assert [each["name"] for each in run.of("optimizer")][-1] == "SGD"
    losses = [float.fromhex(each) for each in run.printed["losses"]]
    assert losses[-1] in run.series("loss/1").values() or losses[-1] in run.series("loss").values()


def test_an_update_is_left_out():
    skipped = good(trained(SCRIPT, "module", 12, decide=lambda gate: "skip", **gear("step")))
    seen = good(trained_alone(SCRIPT, "module", UNSEEN))
    assert skipped.printed["weights"] == seen.printed["weights"]
    assert all(gate["back"] == 0 for gate in skipped.of("gate"))

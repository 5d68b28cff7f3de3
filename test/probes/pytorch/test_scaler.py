"""Mixed precision: the loss before scaling, gradients after unscaling, the scale, and steps left out."""

import pytest
from support import close, gear, good, run


@pytest.fixture(scope="module")
def training():
    return good(run("scaled.py", TRAINING_DEBUGGER_BUDGET="1"))


def test_loss_is_the_unscaled(training):
    assert training.series("loss") == dict(enumerate(training.printed["loss"]))
    loss = training.one("loss")
    assert (loss["pure"], loss["label"], loss["function"]) == (True, "loss", "cross_entropy")
    assert training.disabled() == []


def test_scale_and_skipped_steps(training):
    assert training.series("lossScale") == dict(enumerate(training.printed["scale"]))
    assert training.series("skipped") == dict(enumerate(training.printed["skipped"]))
    assert sum(training.printed["skipped"]) == 1


def test_a_step_that_is_left_out_has_a_gate_too(training):
    gated = good(run("scaled.py", decide=lambda gate: "go", **gear("step", snapshots=2**26)))
    assert gated.printed == training.printed and gated.disabled() == []
    gates = gated.of("gate")
    assert [each["step"] for each in gates] == list(range(8))
    assert [each["step"] for each in gates if each["scalars"].get("skipped")] == [4]
    assert [each["scalars"]["lossScale"] for each in gates] == training.printed["scale"]
    assert gates[4]["scalars"]["loss"] == training.printed["loss"][4]


def test_gradients_are_the_unscaled_before_clipping(training):
    norms = training.series("gradNorm")
    assert 4 not in norms and len(norms) >= 6
    for step, value in norms.items():
        assert close(value, training.printed["grad"][step], 1e-4)
    assert set(training.series("clipNorm").values()) == {0.01}
    assert set(training.series("clipNorm")) == {1, 3, 5, 7}


def test_clipping_after_unscaling_is_not_of_scaled_gradients(training):
    assert training.one("clipping")["scaled"] is False


def test_clipping_before_unscaling_is(training):
    found = good(run("scaled.py", "clip-scaled")).one("clipping")
    assert (found["scaled"], found["gradients"], found["step"]) == (True, "fresh", 1)

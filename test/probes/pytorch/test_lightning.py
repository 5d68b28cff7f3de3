"""Lightning runs backward inside of the step, reads loaders ahead, and checks validation first."""

import pytest
from support import at, close, good, line_of, run

SCRIPT = "with_lightning.py"


@pytest.fixture(scope="module")
def training():
    return good(run(SCRIPT, TRAINING_DEBUGGER_BUDGET="1"))


def test_loss_of_each_step_is_the_mean_of_its_micro_batches(training):
    losses = training.printed["loss"]
    means = [(one + other) / 2 for one, other in zip(losses[::2], losses[1::2])]
    measured = training.series("loss")
    assert list(measured) == list(range(6))
    assert all(close(measured[step], mean) for step, mean in enumerate(means))
    assert training.disabled() == []


def test_lines(training):
    optimizer = training.of("optimizer")[-1]
    assert at(optimizer["source"]) == line_of(SCRIPT, "optimizer")
    assert at(optimizer["stepSource"]) == line_of(SCRIPT, "fit")
    loss = training.one("loss")
    assert at(loss["source"]) == line_of(SCRIPT, "loss")
    assert (loss["function"], loss["pure"], loss["classes"]) == ("cross_entropy", True, 3)
    layers = training.of("layers")[-1]["layers"]
    assert [(each["name"], each["kind"]) for each in layers] == [("", "Model"), ("net", "Linear")]
    assert at(layers[1]["source"]) == line_of(SCRIPT, "net")


def test_validation_is_what_lightning_computes(training):
    passes = training.of("validation")
    assert [each["step"] for each in passes] == [0, 3, 6]
    measured = [each["scalars"]["validation/loss"] for each in passes]
    assert all(close(one, other) for one, other in zip(measured[1:], training.printed["validation"][-2:]))


def test_epochs_plan_clipping_and_logged_metrics(training):
    assert [(each["epoch"], each["step"]) for each in training.of("epoch")] == [(0, 3), (1, 6)]
    assert training.of("plan")[-1] == {"type": "plan", "epochs": 2, "stepsPerEpoch": 3, "totalSteps": 6}
    assert set(training.series("clipNorm").values()) == {0.5}
    assert {name for each in training.of("metrics") for name in each["values"]} >= {"train_loss", "val_loss"}

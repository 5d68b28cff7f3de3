"""Accelerate wraps optimizer, scheduler and loaders; and the metrics that a script reports by itself."""

import pytest
from support import at, close, good, line_of, run

SCRIPT = "with_accelerate.py"


@pytest.fixture(scope="module")
def training():
    return good(run(SCRIPT, TRAINING_DEBUGGER_BUDGET="1"))


def test_losses_rates_and_lines(training):
    losses = training.printed["loss"]
    means = [(one + other) / 2 for one, other in zip(losses[::2], losses[1::2])]
    measured = training.series("loss")
    assert list(measured) == list(range(4))
    assert all(close(measured[step], mean) for step, mean in enumerate(means))
    assert list(training.series("lr/0").values()) == training.printed["rate"]
    optimizer = training.of("optimizer")[-1]
    assert (optimizer["id"], optimizer["name"]) == (0, "AdamW")
    assert at(optimizer["source"]) == line_of(SCRIPT, "optimizer")
    assert at(optimizer["stepSource"]) == line_of(SCRIPT, "step")
    loss = training.one("loss")
    assert at(loss["backwardSource"]) == line_of(SCRIPT, "backward")
    assert (loss["label"], loss["pure"]) == ("loss", True)
    assert training.disabled() == []


def test_epochs_of_a_loader_that_is_read_ahead(training):
    assert [(each["epoch"], each["step"]) for each in training.of("epoch")] == [(0, 2), (1, 4)]
    assert training.of("plan")[-1] == {"type": "plan", "epochs": 2, "stepsPerEpoch": 2, "totalSteps": 4}
    roles = {each["role"] for each in training.of("loader")}
    assert "train" in roles and "validation" not in roles


def test_metrics_of_the_script(training):
    values = {}
    for message in training.of("metrics"):
        for name, value in message["values"].items():
            values[name] = value
    assert values["shown"] == training.printed["loss"][-1]
    assert close(values["epoch/loss"], training.printed["loss"][-1])


def test_a_batch_read_ahead_belongs_to_the_next_step(training):
    assert training.series("samples") == dict.fromkeys(range(4), 16.0)
    assert training.of("plan")[0]["stepsPerEpoch"] == 2

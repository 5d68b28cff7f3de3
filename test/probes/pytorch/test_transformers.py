"""The Hugging Face Trainer, which goes through Accelerate and computes the loss in the model."""

import pytest
from support import at, close, good, line_of, run

SCRIPT = "with_transformers.py"


@pytest.fixture(scope="module")
def training():
    return good(run(SCRIPT, TRAINING_DEBUGGER_BUDGET="1"))


def test_every_step_has_its_loss_and_gradient_norm(training):
    losses = training.series("loss")
    assert list(losses) == list(range(6))
    assert all(
        close(losses[step], float(value), 1e-3) for step, value in enumerate(training.printed["losses"])
    )
    norms = training.series("gradNorm")
    assert all(close(norms[step], value, 1e-3) for step, value in enumerate(training.printed["norms"]))
    assert set(training.series("clipNorm").values()) == {1.0}
    assert training.disabled() == []


def test_the_loss_is_a_cross_entropy_of_two_classes(training):
    loss = training.of("loss")[0]
    assert (loss["function"], loss["classes"]) == ("cross_entropy", 2)
    assert at(loss["backwardSource"]) == line_of(SCRIPT, "train")


def test_evaluation(training):
    passes = training.of("validation")
    assert [each["step"] for each in passes] == [3, 6]
    measured = [each["scalars"]["validation/loss"] for each in passes]
    assert all(close(one, other, 1e-4) for one, other in zip(measured, training.printed["evaluation"]))


def test_plan_epochs_and_layers(training):
    assert training.of("plan")[-1] == {"type": "plan", "epochs": 2, "stepsPerEpoch": 3, "totalSteps": 6}
    assert [(each["epoch"], each["step"]) for each in training.of("epoch")] == [(0, 3), (1, 6)]
    root = training.of("layers")[-1]["layers"][0]
    assert (root["name"], root["kind"]) == ("", "BertForSequenceClassification")
    assert at(root["source"]) == line_of(SCRIPT, "model")

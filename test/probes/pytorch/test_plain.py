"""One plain training: every measure against what the script computes by itself, every line where it is."""

import math

import pytest
from support import at, close, good, line_of, run, trained

SCRIPT = "plain.py"


@pytest.fixture(scope="module")
def training():
    return good(run(SCRIPT, TRAINING_DEBUGGER_BUDGET="1"))


@pytest.fixture(scope="module")
def clipped():
    return good(trained(SCRIPT, "--clip", "0.5", "--epochs", "1", TRAINING_DEBUGGER_BUDGET="1"))


def same(measured, computed, relative=1e-5):
    """Measured values by step against the script's list; at a full budget every step is measured."""
    assert list(measured) == list(range(len(computed)))
    for step, value in measured.items():
        assert close(value, computed[step], relative), (step, value, computed[step])


def test_hello_comes_first_and_says_who_runs(training):
    hello = training.messages[0]
    assert hello["type"] == "hello"
    assert (hello["version"], hello["framework"], hello["language"]) == (1, "pytorch", "python")
    assert (hello["rank"], hello["localRank"], hello["worldSize"]) == (0, 0, 1)
    assert hello["script"].endswith("plain.py")
    assert hello["argv"][-1].endswith("plain.py")
    assert hello["packages"]["torch"] == hello["frameworkVersion"]
    assert not training.disabled()
    assert training.stderr == ""


def test_every_loss_is_sent_exactly(training):
    assert training.series("loss") == dict(enumerate(training.printed["loss"]))
    firsts = [message["first"] for message in training.of("steps")]
    assert firsts == sorted(firsts)
    assert training.steps() == 18


def test_gradient_norm(training):
    same(training.series("gradNorm"), training.printed["grad"])
    for step, values in training.arrays("gradNorm").items():
        assert all(map(close, values, training.printed["grads"][step], [1e-4] * 4))


def test_weight_norm_and_update_ratio(training):
    same(training.series("weightNorm"), training.printed["weight"])
    same(training.series("updateRatio"), training.printed["ratio"], 1e-4)
    assert training.arrays("updateRatio")
    for step, values in training.arrays("updateRatio").items():
        assert all(map(close, values, training.printed["ratios"][step], [1e-3] * 4))
    for step, values in training.arrays("weightNorm").items():
        assert all(map(close, values, training.printed["weights"][step]))


def test_learning_rate_of_each_group(training):
    for group in (0, 1):
        assert training.series(f"lr/{group}") == {
            step: rates[group] for step, rates in enumerate(training.printed["lr"])
        }
    assert len({rate for rate in training.series("lr/1").values()}) == 3


def test_accuracy_of_training(training):
    same(training.series("accuracy"), training.printed["accuracy"])


def test_validation_equals_what_the_script_prints(training):
    passes = training.of("validation")
    assert [each["scalars"]["validation/loss"] for each in passes] == training.printed["validation"]
    assert [each["scalars"]["validation/accuracy"] for each in passes] == training.printed[
        "validationAccuracy"
    ]
    assert [(each["step"], each["epoch"], each["batches"]) for each in passes] == [
        (6, 0, 3),
        (12, 1, 3),
        (18, 2, 3),
    ]
    assert at(passes[0]["source"]) == line_of(SCRIPT, "validation")


def test_epochs_and_plan(training):
    assert [(each["epoch"], each["step"]) for each in training.of("epoch")] == [(0, 6), (1, 12), (2, 18)]
    epochs = [epoch for message in training.of("steps") for epoch in message["epoch"]]
    assert epochs == [0] * 6 + [1] * 6 + [2] * 6
    assert training.of("plan")[-1] == {"type": "plan", "epochs": 3, "stepsPerEpoch": 6, "totalSteps": 18}


def test_facts_of_the_loss(training):
    loss = training.one("loss")
    assert (loss["function"], loss["series"], loss["label"], loss["pure"]) == (
        "cross_entropy",
        "loss",
        "loss",
        True,
    )
    assert (loss["classes"], loss["elements"], loss["reduction"]) == (4, 16, "mean")
    assert loss["labelSmoothing"] == 0.1
    assert loss["outputShape"] == [16, 4] and loss["targetShape"] == [16]
    assert (loss["outputDtype"], loss["targetDtype"]) == ("float32", "int64")
    assert 0 < loss["targetEntropy"] <= math.log(4)
    assert 0.5 <= loss["meanTargetWeight"] <= 2
    assert close(loss["value"], training.printed["loss"][0])
    assert "resumed" not in loss


def test_source_lines(training):
    optimizer = training.of("optimizer")[-1]
    assert at(optimizer["source"]) == line_of(SCRIPT, "optimizer")
    assert at(optimizer["stepSource"]) == line_of(SCRIPT, "step")
    assert at(training.one("scheduler")["source"]) == line_of(SCRIPT, "scheduler")
    loss = training.one("loss")
    assert at(loss["source"]) == line_of(SCRIPT, "loss")
    assert at(loss["backwardSource"]) == line_of(SCRIPT, "backward")
    assert loss["source"]["function"] == "<module>"


def test_layers_and_parameters(training):
    layers = training.one("layers")["layers"]
    assert [(each["name"], each["kind"]) for each in layers] == [
        ("", "Net"),
        ("first", "Linear"),
        ("drop", "Dropout"),
        ("second", "Linear"),
    ]
    assert at(layers[0]["source"]) == line_of(SCRIPT, "net")
    assert at(layers[1]["source"]) == line_of(SCRIPT, "first")
    assert at(layers[3]["source"]) == line_of(SCRIPT, "second")
    parameters = training.one("parameters")["parameters"]
    assert [each["name"] for each in parameters] == [
        "first.weight",
        "first.bias",
        "second.weight",
        "second.bias",
    ]
    assert parameters[2]["shape"] == [4, 12]
    assert [(each["layer"], each["optimizer"], each["device"]) for each in parameters[::2]] == [
        (1, 0, "cpu"),
        (3, 0, "cpu"),
    ]


def test_loaders_and_their_roles(training):
    last = {each["id"]: each for each in training.of("loader")}
    assert (last[0]["role"], last[0]["shuffled"], last[0]["batches"], last[0]["batchSize"]) == (
        "train",
        True,
        6,
        16,
    )
    assert (last[1]["role"], last[1]["shuffled"], last[1]["batches"]) == ("validation", False, 3)
    assert at(last[0]["source"]) == line_of(SCRIPT, "train")
    assert at(last[1]["source"]) == line_of(SCRIPT, "held")


def test_batch(training):
    tensors = training.of("batch")[0]["tensors"]
    assert [(each["name"], each["shape"], each["dtype"]) for each in tensors] == [
        ("input", [16, 10], "float32"),
        ("target", [16], "int64"),
    ]
    assert tensors[1]["min"] >= 0 and tensors[1]["max"] <= 3
    assert tensors[0]["min"] < tensors[0]["mean"] < tensors[0]["max"]
    assert tensors[0]["nonFinite"] == 0
    assert set(training.series("samples").values()) == {16.0}


def test_parts_of_a_step_sum_up(training):
    whole = training.series("time/step")
    assert len(whole) == 17
    for step, seconds in whole.items():
        parts = [
            training.series("time/" + part)[step] for part in ("data", "forward", "backward", "optimizer")
        ]
        assert all(part > 0 for part in parts)
        assert sum(parts) <= seconds * (1 + 1e-6)


def test_memory_and_runtime(training):
    assert training.series("memory/process")[0] > 10_000_000
    runtime = training.one("runtime")
    assert runtime["backend"] == "cpu" and runtime["device"] and runtime["gpus"] == []
    assert runtime["seeds"]["torch"] == 7
    assert runtime["reason"]["template"]


def test_says_good_bye(training):
    assert training.messages[-1] == {"type": "bye", "reason": "finished", "dropped": 0}


def test_clipping_shows_threshold_and_norm_before_it(clipped):
    assert set(clipped.series("clipNorm").values()) == {0.5}
    same(clipped.series("gradNorm"), clipped.printed["grad"], 1e-4)
    assert max(clipped.printed["grad"]) > 0.5
    for step, values in clipped.arrays("gradNorm").items():
        assert all(map(close, values, clipped.printed["grads"][step], [1e-3] * 4))

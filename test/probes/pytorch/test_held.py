"""Parameters that no optimizer holds, frozen ones, weights at first; data loaders; accelerators."""

import pytest
from support import at, close, good, line_of, trained

SCRIPT = "held.py"


@pytest.fixture(scope="module")
def training():
    return good(trained(SCRIPT))


@pytest.fixture(scope="module")
def first(training):
    return {each["name"]: each for each in training.of("parameters")[0]["parameters"]}


def test_nothing_failed(training):
    assert training.disabled() == []
    assert training.stderr == ""


def test_parameters_that_no_optimizer_holds(first):
    assert first["last.weight"]["optimizer"] == first["frozen.weight"]["optimizer"] == 0
    assert first["left.weight"]["optimizer"] == first["frozen.bias"]["optimizer"] == -1


def test_a_layer_in_a_plain_list_is_found_by_its_gradient(training, first):
    layers = training.of("layers")[0]["layers"]
    hidden = first["Linear.weight"]
    assert (hidden["optimizer"], hidden["requiresGrad"]) == (-1, True)
    assert at(layers[hidden["layer"]]["source"]) == line_of(SCRIPT, "hidden")


def test_models_that_are_not_meant_to_be_trained_are_not_listed(first):
    """Neither a teacher without gradients nor a network in evaluation mode that they pass through."""
    assert len(first) == 8


def test_frozen_parameters(first):
    frozen = {name for name, each in first.items() if each["requiresGrad"] is False}
    assert frozen == {"frozen.weight", "frozen.bias"}


def test_weights_before_the_first_step(training, first):
    weight = first["last.weight"]["initial"]
    assert close(weight["mean"], training.printed["mean"]) and close(weight["std"], training.printed["std"])
    later = {each["name"]: each for each in training.of("parameters")[-1]["parameters"]}
    assert later["left.weight"]["optimizer"] == 1
    assert {name: each["initial"] for name, each in later.items()} == {
        name: each["initial"] for name, each in first.items()
    }


def test_examples_and_last_batches_of_loaders(training):
    found = {each["id"]: (each.get("examples"), each.get("dropLast")) for each in training.of("loader")}
    assert found == {0: (20, True), 1: (20, True), 2: (20, None), 3: (None, False), 4: (None, False)}


def test_accelerators_that_could_be_used(training):
    assert training.one("runtime")["available"] == []

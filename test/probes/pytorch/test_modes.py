"""How validation is done: in which mode of the model, with gradients or without."""

import pytest
from support import close, good, trained

SCRIPT = "modes.py"


def passes(way):
    training = good(trained(SCRIPT, way))
    assert training.disabled() == []
    assert training.steps() == len(training.series("loss")) + len(training.series("loss/1"))
    return training, training.of("validation")


@pytest.mark.parametrize(
    ("way", "training_mode", "gradients"),
    [
        ("right", False, False),
        ("training-mode", True, False),
        ("batch-norm", True, False),
        ("functional", True, False),
        ("gradients", False, True),
        ("both", True, True),
        ("neither", False, True),
        ("copy", False, False),
    ],
)
def test_mode_of_a_pass(way, training_mode, gradients):
    training, found = passes(way)
    assert [each["mode"] for each in found] == [{"trainingMode": training_mode, "gradients": gradients}] * 3
    assert [(each["step"], each["batches"]) for each in found] == [(4, 2), (8, 2), (12, 2)]
    for each, computed in zip(found, training.printed):
        assert close(each["scalars"]["validation/loss"], computed)
    roles = {each["id"]: each["role"] for each in training.of("loader")}
    assert roles == {0: "train", 1: "validation"}


def test_training_that_goes_on_in_evaluation_mode_is_no_validation():
    _, found = passes("stays-evaluating")
    assert [each["batches"] for each in found] == [2, 2, 2]
    assert [each["mode"]["gradients"] for each in found] == [False] * 3


@pytest.mark.parametrize("way", ["pairs", "fine-tuning"])
def test_losses_over_two_loaders_that_go_backward_are_no_validation(way):
    assert passes(way)[1] == []

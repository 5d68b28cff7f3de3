"""Whether training goes on in the mode of the validation."""

import pytest
from support import good, trained


def kept(*args):
    training = good(trained("kept_mode.py", *args))
    assert training.disabled() == []
    return [each["mode"].get("kept", False) for each in training.of("validation")]


def test_evaluation_mode_that_stays():
    assert kept("--train", "once") == [False, True, True]


@pytest.mark.parametrize("train", ["always", "never", "part"])
def test_training_mode_or_none_at_all(train):
    assert kept("--train", train) == [False, False, False]


def test_a_mode_that_makes_no_difference():
    assert kept("--train", "once", "--dropout", "0") == [False, False, False]

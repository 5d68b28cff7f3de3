"""What a script does with its model between updates: rollouts, and targets that the model computes."""

import pytest
from support import close, good, trained


@pytest.fixture(scope="module")
def training():
    return good(trained("rollouts.py"))


def test_nothing_failed(training):
    assert training.disabled() == []


def test_the_side_without_a_gradient_is_the_target(training):
    first = next(each for each in training.of("loss") if each["label"] == "swapped")
    assert first["outputActivation"] == "none"
    assert first["targetVariance"] > 3 * first["outputStd"] ** 2


def test_targets_that_move_are_said_once(training):
    said = [each for each in training.of("loss") if each["label"] == "swapped"]
    assert ["targetsMove" in each for each in said] == [False, True]
    assert close(said[0]["targetMean"], said[1]["targetMean"])
    assert [each for each in training.of("loss") if each["label"] == "fixed" and "targetsMove" in each] == []


def test_a_rollout_is_no_part_of_the_step_after_it(training):
    times = training.series("time/step")
    assert all(times[step] < 0.3 for step in (5, 10, 15))
    assert all(training.series("time/forward")[step] < 0.3 for step in (5, 10, 15))

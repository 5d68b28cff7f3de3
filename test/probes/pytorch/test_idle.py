"""An optimizer that is built and does not step."""

import pytest
from support import good, line_of, trained


def said(kind):
    training = good(trained("idle.py", "--kind", kind))
    assert training.disabled() == []
    return training, [each for each in training.of("optimizer") if "idle" in each]


def test_a_forgotten_step_is_said_once_with_the_line_of_the_backward_pass():
    training, (idle,) = said("forgotten")
    assert idle["idle"] == 20
    assert idle["idleSource"]["line"] == line_of("idle.py", "backward")[1]
    assert training.one("loss")["negated"] is True


@pytest.mark.parametrize("kind", ["gathered", "by-hand"])
def test_gradients_that_are_kept_or_used_by_hand_are_none(kind):
    assert said(kind)[1] == []

"""Gradient clipping: how, where, and whether the gradients were there."""

import pytest
from support import at, good, line_of, trained

SCRIPT = "clips.py"


def training(way):
    result = good(trained(SCRIPT, way, TRAINING_DEBUGGER_BUDGET="1"))
    assert result.disabled() == []
    return result


def said(way):
    return [
        (each["kind"], each["limit"], each["step"], each["scaled"], each["gradients"], at(each["source"])[1])
        for each in training(way).of("clipping")
    ]


def line(marker):
    return line_of(SCRIPT, marker)[1]


def test_in_the_right_place():
    assert said("right") == [
        ("norm", 1.0, 0, False, "fresh", line("right")),
        ("value", 0.1, 0, False, "fresh", line("value")),
    ]


def test_before_the_backward_pass_and_after_the_step():
    assert said("wrong") == [
        ("norm", 2.0, 0, False, "stale", line("before")),
        ("norm", 3.0, 1, False, "stale", line("after")),
    ]


@pytest.mark.parametrize("way", ["two", "own"])
def test_gradients_of_another_optimizer_and_of_the_scripts_own(way):
    assert said(way) == [("norm", 0.5, 0, False, "fresh", line("helper"))]


def test_a_changing_limit_is_not_said_at_every_step():
    assert [each[1] for each in said("changing")] == [float(limit) for limit in range(1, 9)]


def test_clipping_by_another_norm_is_no_norm_of_the_gradient():
    wrong = training("wrong")
    assert set(wrong.series("clipNorm").values()) <= {2.0}

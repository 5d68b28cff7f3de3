"""Gradients that are left from the step before, and all the ways to clear them that are right."""

import pytest
from support import good, trained

SCRIPT = "clearing.py"


def stale(way, *more, series="staleGradients"):
    training = good(trained(SCRIPT, way, *more))
    assert training.disabled() == []
    return training.series(series)


@pytest.mark.parametrize(
    "way", ["to-none", "to-zero", "model", "by-hand", "by-data", "accumulate", "two-losses"]
)
def test_gradients_that_are_cleared(way):
    assert stale(way) == {step: 0 for step in range(1, 6)}


@pytest.mark.parametrize("way", ["never", "never-accumulate"])
def test_gradients_that_are_not(way):
    assert stale(way) == {step: 1 for step in range(1, 6)}


def test_each_optimizer_has_a_series_of_its_own():
    training = good(trained(SCRIPT, "gan"))
    assert training.series("staleGradients/1") == {2: 0, 4: 0, 6: 0, 8: 0, 10: 0}
    assert training.series("staleGradients") == {3: 0, 5: 0, 7: 0, 9: 0, 11: 0}


@pytest.mark.parametrize(("way", "value"), [("lbfgs", 0), ("never-lbfgs", 1)])
def test_a_closure_that_clears_or_not(way, value):
    assert stale(way, series="staleGradients/1") == {step: value for step in range(1, 6)}


def test_a_gradient_that_is_mostly_zero():
    assert set(stale("large", series="staleGradients/1").values()) == {0}
    assert set(stale("large", 6, "never", series="staleGradients/1").values()) == {1}


def test_later_steps_are_sampled():
    found = stale("never", 600)
    assert list(found)[:10] == list(range(1, 11))
    assert set(found.values()) == {1}
    assert 10 < len(found) < 599

"""Validation examples that are training examples, and graphs that something holds on to."""

import pytest
from support import good, trained

SCRIPT = "leaky.py"


@pytest.mark.parametrize(
    ("way", "leaked", "shared", "compared"),
    [("loader", 0, 0, 40), ("loader", 25, 25, 40), ("slices", 0, 0, 40), ("slices", 25, 9, 24)],
)
def test_shared_examples_are_counted(way, leaked, shared, compared):
    """A batch that is all training examples may be a look at the training data: it does not count alone."""
    observed = good(trained(SCRIPT, way, leaked))
    assert (observed.disabled(), observed.stderr) == ([], "")
    overlap = observed.one("overlap")
    assert (overlap["shared"], overlap["training"], overlap["repeated"]) == (shared, 96, 1)
    assert overlap["compared"] == compared


@pytest.mark.parametrize("keep", [False, True])
def test_kept_graphs_are_counted(keep):
    observed = good(trained(SCRIPT, "loader", 0, *(["keep"] if keep else [])))
    counts = list(observed.series("retainedGraphs").items())
    assert counts
    for step, count in counts:
        assert count == (max(0, step - 2) if keep else 0)

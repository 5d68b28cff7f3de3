"""Nothing is kept alive, seeds are set when asked for, and the cost of sampling is bounded."""

import pytest
from support import good, run


@pytest.fixture(scope="module")
def letgo():
    return good(run("letgo.py", TRAINING_DEBUGGER_SEED="123", TRAINING_DEBUGGER_BUDGET="1"))


def test_everything_is_freed_as_soon_as_without_the_probe(letgo):
    freed = letgo.printed
    assert {"model", "optimizer", "loader", "x", "loss", "logits"} <= set(freed)
    assert all(freed.values()), freed
    assert letgo.steps() == 6 and letgo.disabled() == []


def test_a_seed_is_set_and_said(letgo):
    seeds = letgo.one("runtime")["seeds"]
    assert seeds["torch"] == 123 and seeds["python"] == 123
    again = good(run("letgo.py", TRAINING_DEBUGGER_SEED="123"))
    other = good(run("letgo.py", TRAINING_DEBUGGER_SEED="124"))
    assert again.series("loss") == letgo.series("loss") != other.series("loss")


def test_sampling_thins_out_and_every_loss_remains():
    frugal = good(run("steady.py", 600, TRAINING_DEBUGGER_BUDGET="0.001"))
    lavish = good(run("steady.py", 600, TRAINING_DEBUGGER_BUDGET="1"))
    assert len(frugal.series("loss")) == len(lavish.series("loss")) == 600
    assert 6 <= len(frugal.series("gradNorm")) < 60
    assert len(lavish.series("gradNorm")) > 4 * len(frugal.series("gradNorm"))
    assert frugal.stdout == lavish.stdout

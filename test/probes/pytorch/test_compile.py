"""torch.compile: the same numbers, and no graph, break or recompilation of our making."""

import re

import pytest
from support import good, plain, run

SCRIPT = "compiled.py"


@pytest.fixture(scope="module")
def alone():
    return good(plain(SCRIPT))


@pytest.fixture(scope="module")
def training():
    return good(run(SCRIPT, TRAINING_DEBUGGER_BUDGET="1"))


@pytest.mark.parametrize("part", ["model", "step", "graphs of model", "graphs of step", "breaks", "frames"])
def test_compilation_is_the_same(alone, training, part):
    assert training.printed[part] == alone.printed[part]
    assert alone.printed["graphs of model"]


def test_no_word_is_added_to_what_torch_says(alone, training):
    without_times = [
        [re.sub(r"^.*?\] ", "", line) for line in each.stderr.splitlines()] for each in (alone, training)
    ]
    assert without_times[0] == without_times[1]


def test_a_compiled_model_is_observed(training):
    losses = [value.hex() for value in training.series("loss").values()]
    assert losses[:6] == training.printed["model"]
    names = [each["name"] for each in training.of("parameters")[0]["parameters"]]
    assert names == ["0.weight", "0.bias", "3.weight", "3.bias"]
    assert training.disabled() == []

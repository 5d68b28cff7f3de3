"""Where the first NaN or infinity comes from: module, operation and line; training is not touched."""

import pytest
from support import at, good, line_of, trained, trained_alone

SCRIPT = "origin.py"
EXPECTED = {
    "forward": ("forward", "block", "log", 2),
    "masked": ("forward", "block.attention", "softmax", 0),
    "overflow": ("forward", "head", "linear", 1),
    "backward": ("backward", "block", "sqrt", 2),
    "norm": ("backward", "", "sqrt", 2),
    "loss": ("loss", "", "log", 2),
    "ignored": ("loss", "", "cross_entropy", 2),
    "raises": ("loss", "", "div", 2),
    "input": ("input", "", None, 0),
    "parameter": ("parameter", "head.weight", None, 1),
}
MARKERS = {"overflow": "head", "parameter": "head"}


@pytest.fixture(scope="module", params=EXPECTED)
def both(request):
    return request.param, trained_alone(SCRIPT, request.param), trained(SCRIPT, request.param)


def test_the_origin_is_named_once_with_its_line(both):
    kind, _, observed = both
    origin = observed.one("origin")
    direction, module, operation, step = EXPECTED[kind]
    assert (origin["direction"], origin["module"], origin.get("operation")) == (direction, module, operation)
    assert origin["step"] == step
    if kind != "input":
        assert at(origin["source"]) == line_of(SCRIPT, MARKERS.get(kind, kind))
    names = [each["name"] for each in observed.of("layers")[-1]["layers"]]
    if direction in ("forward", "backward") and module:
        assert names[origin["layer"]] == module


def test_the_training_is_not_touched(both):
    _, alone, observed = both
    assert (observed.code, observed.stdout, observed.stderr) == (alone.code, alone.stdout, alone.stderr)
    assert observed.disabled() == []


def test_ranges_are_of_what_went_in():
    overflow = good(trained(SCRIPT, "overflow")).one("origin")
    assert -10 < overflow["inputMin"] < 0 < overflow["inputMax"] < 10
    assert (overflow["inputNonFinite"], overflow["outputNonFinite"] > 0) == (0, True)
    assert good(trained(SCRIPT, "input")).one("origin")["inputNonFinite"] == 1


def test_a_sound_training_with_infinite_masks_has_no_origin():
    observed = good(trained(SCRIPT, "none"))
    assert observed.of("origin") == observed.of("nonFinite") == []

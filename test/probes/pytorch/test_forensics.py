"""Where a non-finite value of the step in progress comes from, asked of the held training."""

import pytest
from held import held
from support import at, good, line_of, trained_alone

SCRIPT = "origin.py"
BLOCK = ["block.inner", "block.norm", "block.drop", "block.attention"]
FORWARD = [*BLOCK, "block", "head", ""]
EXPECTED = {
    "forward": ("forward", "log", [*BLOCK, "block"], 4),
    "masked": ("forward", "softmax", BLOCK, 3),
    "overflow": ("forward", "linear", [*BLOCK, "block", "head"], 5),
    "backward": ("backward", "sqrt", ["head", "block"], 1),
    "norm": ("backward", "sqrt", [], -1),
    "loss": ("loss", "log", FORWARD, -1),
    "ignored": ("loss", "cross_entropy", FORWARD, -1),
    "input": ("input", None, [], -1),
    "parameter": ("parameter", None, [], -1),
}
"""Direction, operation, the modules that ran, and the index of the offending one."""
WHY = {
    "forward": "log in block makes non-finite values of numbers from 0 to 7.801 (count: 1).",
    "overflow": "linear in head makes non-finite values of numbers from -3.749 to 4.213 (count: 33).",
    "loss": "log makes the loss non-finite; what the model returned is finite.",
    "ignored": "cross_entropy makes a non-finite loss of numbers from -1.584 to 1.419.",
    "input": "The input of the model holds non-finite values (count: 1).",
    "parameter": "head.weight held non-finite values before this step (count: 1).",
    "backward": "A finite gradient enters block; that of sqrt in it is not finite.",
    "norm": "The loss is finite, but the gradient of sqrt is not.",
}
STEPS = {"masked": 0, "input": 0, "overflow": 1, "parameter": 1}
MARKERS = {"overflow": "head", "parameter": "head"}


@pytest.fixture(scope="module", params=EXPECTED)
def asked(request):
    kind = request.param
    with held(SCRIPT, kind, at=STEPS.get(kind, 2)) as training:
        found = training.ask("forensics")
        assert training.ask("forensics") == found
        return kind, found, training.end()


def test_the_modules_up_to_the_offending_one(asked):
    kind, found, _ = asked
    direction, operation, names, offending = EXPECTED[kind]
    assert (found["direction"], found.get("operation")) == (direction, operation)
    assert [each["name"] for each in found["modules"]] == names
    assert found["offending"] == offending
    if kind != "input":
        assert at(found["source"]) == line_of(SCRIPT, MARKERS.get(kind, kind))


def test_why_is_told_with_numbers(asked):
    kind, found, _ = asked
    why = found["why"]["template"].format(*found["why"]["args"])
    assert why == WHY.get(kind, why) and "{" not in why


def test_ranges_show_where_it_begins(asked):
    kind, found, _ = asked
    bad = [each.get("outputNonFinite", 0) > 0 for each in found["modules"]]
    assert bad == [index == found["offending"] for index in range(len(bad))]
    assert all(each["inputNonFinite"] == 0 for each in found["modules"])
    if kind == "overflow":
        head = found["modules"][-1]
        assert head["kind"] == "Linear" and head["inputMin"] < 0 < head["inputMax"] < 10
        assert at(head["source"]) == line_of(SCRIPT, "head")


def test_the_training_is_not_touched(asked):
    kind, _, run = asked
    alone = good(trained_alone(SCRIPT, kind))
    assert (run.stdout, run.stderr, run.disabled()) == (alone.stdout, alone.stderr, [])


def test_a_later_fault_is_found_too():
    """Also where the training was told about an earlier one."""
    with held(SCRIPT, "parameter", at=2) as training:
        assert len([each for each in training.engine.connections[0] if each["type"] == "origin"]) == 1
        assert training.ask("forensics")["direction"] == "parameter"
        training.end()


def test_nothing_to_find():
    with held(SCRIPT, "none", at=1) as training:
        assert training.ask("forensics") is None
        training.end()

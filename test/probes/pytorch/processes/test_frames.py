"""What the probe sends has the fields of the golden lines, and their kinds; the decoder takes those lines."""

import json

import pytest
from support import HERE, good, run, trained

GOLDEN = HERE.parents[1] / "frames" / "good"


@pytest.fixture(scope="module")
def messages():
    with_clipping = good(trained("plain.py", "--clip", "0.5", "--epochs", "2", TRAINING_DEBUGGER_BUDGET="1"))
    failing = run("ends.py", "fail")
    return with_clipping.messages + failing.of("exception")


def kind_of(value):
    """The kind of a value, with numbers that travel as words among numbers."""
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    if isinstance(value, (int, float)) or value in ("NaN", "Infinity", "-Infinity"):
        return "number"
    return type(value).__name__


def golden(kind):
    """Kinds by field, over all golden lines of a type."""
    fields = {}
    for line in (GOLDEN / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines():
        for name, value in json.loads(line).items():
            fields.setdefault(name, set()).add(kind_of(value))
    return fields


def test_every_field_is_a_golden_one_of_a_golden_kind(messages):
    seen = set()
    for message in messages:
        fields = golden(message["type"])
        seen.add(message["type"])
        for name, value in message.items():
            assert name in fields, (message["type"], name)

            assert kind_of(value) in fields[name], (message["type"], name, value)
    expected = {
        "hello",
        "runtime",
        "optimizer",
        "scheduler",
        "schedulerCall",
        "clipping",
        "layers",
        "parameters",
        "loader",
        "loss",
        "steps",
    }
    expected |= {"parameterMeasures", "validation", "epoch", "plan", "batch", "exception", "bye"}
    expected |= {"activations", "labels", "overlap"}
    assert seen == expected

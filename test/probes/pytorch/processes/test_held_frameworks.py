"""Trainings that a framework runs are held, looked into, gone back in and forward again like any other."""

import pytest
from held import held
from support import at, good, line_of, plain

CASES = [
    ("with_lightning.py", "fit", {"net"}),
    ("with_transformers.py", "train", {"bert", "dropout", "classifier"}),
    ("with_accelerate.py", "step", {"0", "1", "2"}),
]


@pytest.mark.parametrize(("script", "line", "parts"), CASES)
def test_a_framework_is_held(script, line, parts):
    with held(script, at=3, cold=True, snapshots=2**28) as training:
        first = training.gate
        [frame] = training.ask("stack", start=0, levels=0)["frames"]
        assert at(frame["source"]) == line_of(script, line)
        assert parts <= set(training.children(training.ask("roots", frame=0)["model"]))
        legs = ["back", "back", "forward", "forward"]
        gates = [training.take(leg) for leg in legs]
        assert [each["step"] for each in gates] == [2, 1, 2, 3]
        assert gates[-1]["scalars"] == first["scalars"]
        over = training.end()
    alone = good(plain(script))
    assert over.stdout == alone.stdout
    assert over.of("notice") == [] and over.disabled() == []

"""A loss function that raises: what it was called with, and the very exception it would have raised."""

import pytest
from support import at, line_of, plain, run, trained, trained_alone

SCRIPT = "failing.py"


def failed(what):
    result = trained(SCRIPT, what)
    assert result.code == trained_alone(SCRIPT, what).code != 0
    assert result.disabled() == []
    return result


def failed_as_alone(what, words=lambda stderr: stderr):
    """The same in Pythons that start with the script, as it is told on standard error."""
    result, alone = run(SCRIPT, what), plain(SCRIPT, what)
    assert result.code == alone.code != 0
    assert result.disabled() == []
    assert words(result.stderr) == words(alone.stderr)
    return result


def told(stderr):
    """A traceback without the frames inside of torch, which takes another way while layers are looked at."""
    return [line for line in stderr.splitlines() if SCRIPT in line or not line.startswith(" ")]


def test_labels_out_of_range():
    result = failed_as_alone("labels", told)
    facts = result.one("lossFailed")
    assert (facts["function"], facts["step"], facts["classes"]) == ("cross_entropy", 2, 3)
    assert (facts["targetMin"], facts["targetMax"]) == (1, 3)
    assert (facts["outputShape"], facts["targetShape"]) == ([8, 3], [8])
    assert (facts["outputDtype"], facts["targetDtype"]) == ("float32", "int64")
    assert facts["outputMin"] < facts["outputMax"]
    assert facts["message"] in result.one("exception")["message"]
    assert at(facts["source"]) == line_of(SCRIPT, "labels")
    kinds = [each["type"] for each in result.messages]
    assert kinds.index("lossFailed") < kinds.index("exception")


def test_before_there_is_an_optimizer():
    result = failed_as_alone("early")
    facts = result.one("lossFailed")
    assert (facts["step"], facts["targetMax"]) == (0, 3)
    assert at(facts["source"]) == line_of(SCRIPT, "early")
    kinds = [each["type"] for each in result.messages]
    assert kinds[0] == "hello" and kinds.index("lossFailed") < kinds.index("exception")


@pytest.mark.parametrize(
    ("what", "function", "facts"),
    [
        ("dtype", "cross_entropy", {"targetDtype": "float32", "targetShape": [8]}),
        ("range", "binary_cross_entropy", {"outputShape": [8, 3]}),
        ("shape", "mse_loss", {"outputShape": [8, 3], "targetShape": [7, 3]}),
    ],
)
def test_wrong_kind_range_and_shape(what, function, facts):
    found = failed(what).one("lossFailed")
    assert found["function"] == function
    assert {name: found[name] for name in facts} == facts
    if what == "range":
        assert found["outputMin"] < 0


def test_a_script_that_goes_on_has_no_failure():
    result = trained(SCRIPT, "caught")
    assert result.code == 0 and result.steps() == 1
    assert result.of("lossFailed") == []


def test_a_script_that_ends_itself_has_one():
    assert failed("swallowed").one("lossFailed")["step"] == 1


def test_an_exception_raised_for_another():
    assert failed("other").one("lossFailed")["targetMax"] == 3

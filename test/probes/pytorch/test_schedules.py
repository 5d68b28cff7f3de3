"""Schedulers: what they were built with, how often they are called, and when."""

import pytest
from support import at, good, line_of, trained, trained_alone

SCRIPT = "schedules.py"


@pytest.fixture(scope="module")
def training():
    return good(trained(SCRIPT))


@pytest.fixture(scope="module")
def schedulers(training):
    return {each["name"]: each for each in training.of("scheduler")}


def calls_of(training, scheduler):
    return [each for each in training.of("schedulerCall") if each["id"] == scheduler["id"]]


def test_nothing_changes(training):
    assert training.disabled() == []
    alone = trained_alone(SCRIPT)
    assert training.printed["rate"] == alone.printed["rate"]
    assert training.stderr == alone.stderr


def test_each_is_said_once(training):
    assert len({each["id"] for each in training.of("scheduler")}) == len(training.of("scheduler")) == 8


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("OneCycleLR", {"total_steps": 20}),
        ("MultiStepLR", {"milestones": "30, 80", "gamma": 0.1}),
        ("ReduceLROnPlateau", {"patience": 3, "factor": 0.5, "mode": "min"}),
        ("Half", {"step_size": 7, "gamma": 0.5}),
        ("CosineAnnealingLR", {"T_max": 10, "eta_min": 0.001}),
        ("SequentialLR", {"milestones": "3"}),
        ("ExponentialLR", {"gamma": 0.9}),
    ],
)
def test_what_it_was_built_with(schedulers, name, options):
    found = schedulers[name]["options"]
    assert {key: found[key] for key in options} == options
    assert "last_epoch" not in found


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("OneCycleLR", 13),
        ("MultiStepLR", 4),
        ("ReduceLROnPlateau", 4),
        ("Half", 4),
        ("SequentialLR", 4),
        ("ConstantLR", 4),
        ("CosineAnnealingLR", 4),
    ],
)
def test_calls_of_the_script(training, schedulers, name, calls):
    last = calls_of(training, schedulers[name])[-1]
    assert (last["calls"], last["steps"], last["epochs"]) == (calls, 12, 4)


def test_the_first_call_is_said_at_once_and_then_at_most_one_a_second(training, schedulers):
    said = calls_of(training, schedulers["OneCycleLR"])
    assert (said[0]["calls"], said[0]["steps"]) == (1, 0)
    after_a_pause, last = 11, 13
    assert {after_a_pause, last} <= {each["calls"] for each in said}
    assert len(said) <= training.printed["seconds"] + 2
    first = calls_of(training, schedulers["MultiStepLR"])[0]
    assert (first["calls"], first["steps"], first["epochs"]) == (1, 3, 1)


def test_a_call_before_the_first_step(training, schedulers):
    assert all(each["beforeStep"] for each in calls_of(training, schedulers["OneCycleLR"]))
    assert not any(each["beforeStep"] for each in calls_of(training, schedulers["MultiStepLR"]))


def test_one_that_is_never_called(training, schedulers):
    assert calls_of(training, schedulers["ExponentialLR"]) == []


def test_where_it_is_called(training, schedulers):
    assert at(calls_of(training, schedulers["OneCycleLR"])[1]["source"]) == line_of(SCRIPT, "call")

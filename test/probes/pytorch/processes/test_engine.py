"""A dead, slow, refusing or vanishing engine costs the training nothing."""

import json
import time

import pytest
from support import TOKEN, Engine, command, finish, gear, good, observed, plain, run, start

SCRIPT = "steady.py"
STEPS = 600


@pytest.fixture(scope="module")
def alone():
    return good(plain(SCRIPT, STEPS))


def same(alone, result):
    assert good(result).stdout == alone.stdout
    assert result.stderr == ""


def test_no_engine_at_all(alone):
    env = observed(TRAINING_DEBUGGER_SOCKET="unix:/nowhere/at-all", TRAINING_DEBUGGER_TOKEN=TOKEN)
    same(alone, finish(start(command(SCRIPT, STEPS), env)))


def test_engine_killed_in_the_middle(alone):
    with Engine() as engine:
        process = start(command(SCRIPT, STEPS, 0.002), observed(**engine.environment))
        engine.wait(lambda messages: any(each["type"] == "steps" for each in messages))
        engine.kill()
        same(alone, finish(process))


def test_engine_killed_while_training_is_held(alone):
    """It goes on by itself after the grace, and waits at no further gate."""
    with Engine() as engine:
        env = observed(**engine.environment, **gear("step", grace=1.0))
        process = start(command(SCRIPT, STEPS), env)
        engine.give(engine.gate(0), "hold")
        engine.next("state")
        began = time.monotonic()
        engine.kill()
        same(alone, finish(process))
        assert time.monotonic() - began > 1.0


def test_stalled_engine(alone):
    same(alone, run(SCRIPT, STEPS, manner="stall"))


def test_wrong_token(alone):
    result = run(SCRIPT, STEPS, 0.002, TRAINING_DEBUGGER_TOKEN="wrong")
    same(alone, result)
    assert result.steps() < STEPS


def test_a_log_holds_the_same_lines(alone, tmp_path):
    log = tmp_path / "rank-{rank}.jsonl"
    result = run(SCRIPT, STEPS, TRAINING_DEBUGGER_LOG=str(log))
    same(alone, result)
    lines = (tmp_path / "rank-0.jsonl").read_text(encoding="utf-8").splitlines()
    logged = [json.loads(line) for line in lines]
    assert logged[0].pop("token") == ""
    assert result.messages[0].pop("token") == TOKEN
    assert logged == result.messages
    assert result.steps() == STEPS


def test_a_log_that_cannot_be_written_is_said(alone):
    result = run(SCRIPT, STEPS, TRAINING_DEBUGGER_LOG="/proc/nothing/here")
    same(alone, result)
    notice = result.one("notice")
    assert notice["code"] == "rank-file" and "/proc/nothing/here" in notice["message"]["args"]
    assert result.steps() == STEPS


def test_loss_at_every_step_and_few_messages(alone):
    result = run(SCRIPT, STEPS)
    same(alone, result)
    assert list(result.series("loss")) == list(range(STEPS))
    took = result.of("steps")[-1]["time"][-1]
    validations = STEPS // 50
    assert len(result.of("steps")) <= took * 20 + 2 + validations
    milestones = 2 * STEPS.bit_length()  # two steps of every doubling are always told
    assert len(result.of("parameterMeasures")) <= took * 20 + 2 + 3 + milestones
    assert len(result.of("validation")) == validations
    assert result.messages[0]["token"] == TOKEN

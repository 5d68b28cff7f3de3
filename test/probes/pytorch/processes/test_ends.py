"""However a script ends, the engine has what was measured, and the exception with the user's own lines."""

import sys

import pytest
from support import line_of, plain, run

SCRIPT = "ends.py"


@pytest.mark.parametrize(
    ("way", "code", "reason"),
    [("exit", 3, "finished"), ("hard", 4, "failed"), ("interrupt", -2, "stopped"), ("fork", 0, "finished")],
)
def test_all_steps_arrive(way, code, reason):
    result = run(SCRIPT, way)
    assert result.code == code
    assert result.steps() == 3
    assert (result.messages[-1]["type"], result.messages[-1]["reason"]) == ("bye", reason)
    assert result.of("exception") == []
    assert len(result.connections) == 1
    assert "training_debugger" not in result.stderr


def test_a_kill_leaves_what_was_sent():
    result = run(SCRIPT, "kill")
    assert result.code == -9
    assert result.steps() >= 1 and result.of("bye") == []


@pytest.mark.parametrize(("way", "steps"), [("fail", 3), ("before", 0), ("handled", 3)])
def test_the_exception_that_ends_the_script(way, steps):
    result = run(SCRIPT, way)
    seen = result.one("exception")
    assert (seen["kind"], seen["message"]) == ("ValueError", "no good: " + way)
    assert len(seen["frames"]) == 2
    file, line = line_of(SCRIPT, "fail")
    assert seen["frames"][-1] == {"file": file, "line": line, "function": "fail"}
    assert result.messages[0]["type"] == "hello"
    assert result.messages[-1]["reason"] == "failed"
    assert result.steps() == steps
    alone = plain(SCRIPT, way)
    assert (result.code, result.stdout, result.stderr) == (alone.code, alone.stdout, alone.stderr)


def test_an_exception_inside_of_the_step_reads_as_without_the_probe():
    result = run(SCRIPT, "optimizer")
    assert result.code == 1
    assert result.one("exception")["kind"] == "ZeroDivisionError"
    assert "training_debugger_probe" not in result.stderr
    assert "in <lambda>" in result.stderr


def test_a_missing_module_is_said_before_any_optimizer():
    seen = run(SCRIPT, "module").one("exception")
    assert seen["kind"] == "ModuleNotFoundError"
    assert "not_a_module_at_all" in seen["message"]


def test_a_syntax_error_is_on_its_line(tmp_path):
    script = tmp_path / "wrong.py"
    script.write_text("x = 1\nfor\n", encoding="utf-8")
    seen = run("", arguments=[sys.executable, str(script)]).one("exception")
    assert seen["kind"] == "SyntaxError"
    assert seen["frames"] == [{"file": str(script), "line": 2}]


def test_a_helper_process_of_the_script_is_not_the_script(tmp_path):
    helper = tmp_path / "helper.py"
    helper.write_text("raise KeyError(1)\n", encoding="utf-8")
    script = tmp_path / "outer.py"
    call = f"subprocess.run([sys.executable, {str(helper)!r}], stderr=subprocess.DEVNULL)"
    script.write_text(f"import subprocess, sys\n{call}\n", encoding="utf-8")
    result = run("", arguments=[sys.executable, str(script)])
    assert result.code == 0 and result.connections == []

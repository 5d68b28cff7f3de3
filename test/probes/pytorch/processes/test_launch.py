"""Other ways to start: `python -m package`, torchrun with two ranks. A failing measure is switched off."""

import json
import sys

import pytest
from support import SCRIPTS, good, run


@pytest.fixture(scope="module")
def package():
    return good(run("", arguments=[sys.executable, "-m", "pack"], cwd=SCRIPTS))


def test_package_with_a_measure_that_fails(package):
    result = package
    assert result.stdout == "done\n" and result.stderr == ""
    assert result.messages[0]["script"] == str(SCRIPTS / "pack" / "__main__.py")
    assert result.messages[0]["argv"][-2:] == ["-m", "pack"]
    assert [args[0] for args in result.disabled()] == ["gradients", "updates"]
    assert "broken on purpose" in result.disabled()[0][1]
    assert list(result.series("loss")) == list(range(5))
    assert result.series("lr/0") == {step: 0.1 for step in range(6)}
    assert result.series("gradNorm") == {}
    optimizer = result.of("optimizer")[-1]
    assert optimizer["source"]["function"] == "train"
    assert optimizer["source"]["file"] == str(SCRIPTS / "pack" / "train.py")


def test_the_first_value_that_is_not_finite(package):
    result = package
    seen = result.one("nonFinite")
    assert (seen["where"], seen["step"], seen["names"]) == ("loss", 5, [])
    assert seen["source"]["line"] == result.of("loss")[-1]["source"]["line"]
    assert str(result.series(result.of("loss")[-1]["series"])[5]) == "nan"


def test_two_ranks_have_a_connection_each(tmp_path):
    arguments = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2"]
    arguments += ["--redirects", "1", "--tee", "1"]  # torch 1.13 cannot go without on Python 3.11
    arguments += ["--rdzv_backend", "c10d", "--rdzv_endpoint", "localhost:0", str(SCRIPTS / "spread.py")]
    result = good(run("", arguments=arguments, OUT=str(tmp_path)))
    assert len(result.connections) == 2
    for messages in result.connections:
        hello = messages[0]
        rank = hello["rank"]
        assert (hello["worldSize"], hello["localRank"]) == (2, rank)
        losses = [value for each in messages if each["type"] == "steps" for value in each["scalars"]["loss"]]
        assert losses == json.loads((tmp_path / f"{rank}.json").read_text(encoding="utf-8"))
        parameters = next(each for each in messages if each["type"] == "parameters")["parameters"]
        assert [each["name"] for each in parameters] == ["0.weight", "0.bias", "2.weight", "2.bias"]
        loaders = [each for each in messages if each["type"] == "loader"]
        assert (loaders[-1]["role"], loaders[-1]["shuffled"], loaders[-1]["batches"]) == ("train", True, 2)
        assert messages[-1]["type"] == "bye" and messages[-1]["reason"] == "finished"
    assert {messages[0]["rank"] for messages in result.connections} == {0, 1}

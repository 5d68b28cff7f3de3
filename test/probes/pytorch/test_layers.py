"""What the layers put out, what a batch is made of: without a loader, against what the script computes."""

import pytest
from support import at, close, good, line_of, trained

SCRIPT = "layers.py"


@pytest.fixture(scope="module")
def training():
    return good(trained(SCRIPT))


def entries(training, kind):
    return [
        each for message in training.of("activations") for each in message["layers"] if each["kind"] == kind
    ]


def test_the_first_three_steps_are_always_looked_at(training):
    assert not training.disabled()
    assert [message["step"] for message in training.of("activations")] == [0, 1, 2]


def test_later_steps_are_looked_at_once_a_second_at_most():
    observed = good(trained(SCRIPT, 300, TRAINING_DEBUGGER_BUDGET="1"))
    times = [message["time"] for message in observed.of("activations")]
    assert all(later - before >= 0.99 for before, later in zip(times[2:], times[3:]))


def test_layers_come_in_the_order_they_ran_with_their_lines(training):
    names = [each["name"] for each in training.of("layers")[-1]["layers"]]
    for message in training.of("activations"):
        found = [
            (each["kind"], names[each["layer"]] if each["layer"] >= 0 else "") for each in message["layers"]
        ]
        assert found == [
            ("Conv2d", "conv"),
            ("ReLU", "act"),
            ("Linear", "hidden"),
            ("Tanh", "squash"),
            ("relu", ""),
            ("sigmoid", ""),
            ("tanh", ""),
            ("Linear", "head"),
        ]
        for entry in message["layers"]:
            marker = {"Conv2d": "conv", "ReLU": "act"}.get(entry["kind"], entry["kind"])
            if marker in ("conv", "act", "relu", "sigmoid", "tanh"):
                assert at(entry["source"]) == line_of(SCRIPT, marker)


@pytest.mark.parametrize("measure", ["mean", "std", "dead", "spread"])
def test_statistics_are_those_of_the_output(training, measure):
    for entry, computed in zip(entries(training, "ReLU"), training.printed[measure]):
        assert close(entry[measure], computed, 1e-4)
        assert entry["nonFinite"] == 0


def test_saturation_and_death_are_told_of_what_can_saturate_and_die(training):
    assert all(each["saturated"] > 0.25 for each in entries(training, "Tanh"))
    assert all(each["dead"] >= 2 / 6 for each in entries(training, "ReLU"))
    assert not any("dead" in each or "saturated" in each for each in entries(training, "Linear"))


def test_no_hook_and_no_wrapper_stays(training):
    assert training.printed["patched"] == ["torch.nn.functional", "builtin_function_or_method", False]
    assert training.printed["global hooks"] == 0


def test_what_the_model_and_the_loss_are_given_is_the_batch(training):
    first = training.of("batch")[0]
    assert first["step"] == 0
    assert [(each["name"], each["shape"]) for each in first["tensors"]] == [
        ("input", [16, 1, 8, 8]),
        ("target", [16]),
    ]


def test_labels_of_each_batch_are_counted(training):
    assert [message["counts"] for message in training.of("labels")] == training.printed["classes"]


def test_equal_batches_have_equal_fingerprints():
    prints = good(trained(SCRIPT, 10)).series("batchFingerprint")
    assert list(prints) == list(range(10))
    assert len({prints[step] for step in range(4)}) == 4
    assert all(prints[step] == prints[step % 4] and prints[step] == int(prints[step]) for step in prints)
    assert max(prints.values()) < 2**53


def test_parts_are_looked_at_where_the_whole_is_never_called():
    observed = good(trained("container.py"))
    names = [each["name"] for each in observed.of("layers")[-1]["layers"]]
    ran = [[names[each["layer"]] for each in message["layers"]] for message in observed.of("activations")]
    assert ran[-1] == ["generator.0", "generator.1", "generator.2", "critics.0"]

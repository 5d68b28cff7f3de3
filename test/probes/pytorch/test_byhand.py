"""What is said of loops without a loader: slices, losses that are written out, layouts, right predictions."""

import pytest
from support import good, trained

SCRIPT = "byhand.py"


@pytest.mark.parametrize("kind", ["cut", "viewed"])
def test_a_slice_that_is_cut_anew_in_each_step_is_told(kind):
    assert good(trained(SCRIPT, "slices", kind)).series("sliceShare") == {step: 0.1 for step in range(1, 6)}


@pytest.mark.parametrize("kind", ["kept", "whole", "columns", "shuffled"])
def test_other_batches_are_no_slices(kind):
    assert good(trained(SCRIPT, "slices", kind)).series("sliceShare") == {}


@pytest.mark.parametrize("kind", ["index", "gather", "hot", "distribution", "binary"])
def test_a_log_probability_without_its_minus_is_told(kind):
    assert good(trained(SCRIPT, "likelihoods", kind)).one("loss")["logProbability"] is True


@pytest.mark.parametrize("kind", ["negated", "times_minus_one", "cost", "entropy", "mixed", "squares"])
def test_other_losses_are_no_log_probabilities(kind):
    training = good(trained(SCRIPT, "likelihoods", kind))
    assert "logProbability" not in training.one("loss")
    assert training.disabled() == []


def test_layers_over_sequences_tell_their_layout():
    training = good(trained(SCRIPT, "sequences"))
    layers = training.of("layers")[-1]["layers"]
    told = {each["name"]: each["batchFirst"] for each in layers if "batchFirst" in each}
    assert [told[name] for name in ("lstm", "first", "encoder.self_attn")] == [False, True, False]
    ran = training.of("activations")[0]["layers"]
    shapes = {layers[each["layer"]]["name"]: each.get("inputShape") for each in ran}
    assert shapes["lstm"] == [8, 5, 2]
    assert shapes["encoder.linear1"] == [8, 5, 6]
    assert shapes["head"] is None


def test_an_output_that_is_cut_off_is_told():
    assert good(trained(SCRIPT, "clamped")).one("loss")["outputActivation"] == "clamp"


def test_right_predictions_come_with_the_labels():
    training = good(trained(SCRIPT, "counted"))
    told = {each["step"]: each["right"] for each in training.of("labels")}
    assert set(range(128)) | {128, 144, 160, 176, 192} <= set(told)
    right = training.printed["right"]
    assert told == {step: right[step] for step in told}


def test_milestones_are_measured_however_costly():
    weights = good(trained(SCRIPT, "counted")).arrays("weightNorm")
    assert {0, 1, 2, 3, 5, 7, 11, 15, 23, 31, 47, 63, 95, 127, 191} <= set(weights)


def test_gradients_that_are_put_in_place_anew_are_not_stale():
    stale = good(trained(SCRIPT, "replaced")).series("staleGradients")
    assert len(stale) == 5
    assert set(stale.values()) == {0.0}


@pytest.mark.parametrize("kind", ["numbers", "float_numbers"])
def test_whole_numbers_of_a_loader_are_counted_for_a_regression(kind):
    told = good(trained(SCRIPT, kind)).of("labels")
    assert [(each["counts"], "right" in each) for each in told] == [([10, 10, 10], False)] * 4


@pytest.mark.parametrize("kind", ["amounts", "zeros_and_ones"])
def test_amounts_and_zeros_and_ones_are_not_counted_for_a_regression(kind):
    assert good(trained(SCRIPT, kind)).of("labels") == []

"""Accumulation, several optimizers, closures, expressions of the user's own, half precision, sparse
gradients.
"""

import pytest
from support import at, close, good, line_of, trained

SCRIPT = "loops.py"


@pytest.fixture(scope="module")
def training():
    return good(trained(SCRIPT, TRAINING_DEBUGGER_BUDGET="1"))


def losses_by_label(training):
    return {loss["label"]: loss for loss in training.of("loss")}


def test_nothing_failed(training):
    assert training.disabled() == []
    assert training.stderr == ""


def test_micro_batches_are_summed(training):
    computed = training.printed["accumulate"]
    measured = training.series("loss")
    assert list(measured) == list(range(12))
    assert all(close(measured[step], value) for step, value in enumerate(computed["losses"]))
    for step, value in training.series("gradNorm").items():
        if step < 12:
            assert close(value, computed["norms"][step])


def test_mean_over_micro_batches_is_the_function_itself(training):
    loss = training.of("loss")[0]
    assert (loss["pure"], loss["reduction"], loss["classes"]) == (True, "mean", 3)
    assert at(loss["backwardSource"]) == line_of(SCRIPT, "accumulate-backward")


def test_loops_without_a_loader_tell_epochs(training):
    assert training.of("plan")[0] == {"type": "plan", "epochs": 4, "stepsPerEpoch": 3, "totalSteps": 12}
    assert [(each["epoch"], each["step"]) for each in training.of("epoch")][:3] == [(0, 3), (1, 6), (2, 9)]


def test_each_loss_of_a_gan_is_its_own_series(training):
    known = losses_by_label(training)
    for label, key, first in (("loss_real", "real", 12), ("loss_fake", "fake", 12), ("loss_g", "g", 13)):
        measured = training.series(known[label]["series"])
        assert list(measured) == [first, first + 2, first + 4, first + 6]
        assert list(measured.values()) == training.printed["gan"][key]
    names = {each["id"]: each["name"] for each in training.of("optimizer")}
    assert (names[1], names[2]) == ("Adam", "Adam")
    assert known["loss_real"]["optimizer"] == known["loss_fake"]["optimizer"] == 2
    assert known["loss_g"]["optimizer"] == 1


def test_series_of_further_optimizers_are_suffixed(training):
    assert list(training.series("lr/2.0").values()) == [0.02] * 4
    assert list(training.series("lr/1.0").values()) == [0.01] * 4
    assert set(training.series("gradNorm/2")) <= {12, 14, 16, 18}
    assert set(training.series("updateRatio/1")) <= {13, 15, 17, 19}
    assert training.series("gradNorm/2") and training.series("updateRatio/1")


def test_a_gan_has_two_models(training):
    said = next(
        each for each in training.of("parameters") if {p["optimizer"] for p in each["parameters"]} >= {1, 2}
    )
    shapes = {tuple(each["shape"]): each["optimizer"] for each in said["parameters"]}
    assert shapes[(5, 4)] == 1 and shapes[(1, 5)] == 2
    assert len({each["name"] for each in said["parameters"]}) == len(said["parameters"])


def test_closure_is_measured_at_the_point_the_step_starts_from(training):
    computed = training.printed["lbfgs"]
    loss = next(each for each in training.of("loss") if each["function"] == "mse_loss")
    assert list(training.series(loss["series"]).values()) == [first[0] for first in computed["firsts"]]
    norms = training.series("gradNorm/3")
    assert list(norms) == [20, 21, 22]
    assert all(close(norms[20 + turn], first[1], 1e-4) for turn, first in enumerate(computed["firsts"]))
    assert close(loss["targetMeanSquare"], computed["square"])
    assert close(loss["targetVariance"], computed["square"] - computed["mean"] ** 2, 1e-4)


def test_what_is_not_the_function_alone_is_not_pure(training):
    known = losses_by_label(training)
    assert (known["own"]["function"], known["own"]["pure"]) == ("unknown", False)
    assert (known["both"]["function"], known["both"]["pure"]) == ("l1_loss", False)
    assert (known["scaled"]["function"], known["scaled"]["pure"]) == ("smooth_l1_loss", False)
    first = next(iter(training.series(known["scaled"]["series"]).values()))
    assert close(known["scaled"]["value"], first / 10)


def test_a_sum_divided_by_its_elements_is_a_mean(training):
    known = losses_by_label(training)
    assert (known["total"]["pure"], known["total"]["reduction"], known["total"]["elements"]) == (
        True,
        "mean",
        16,
    )


def test_ignored_targets_do_not_count(training):
    weighted = losses_by_label(training)["weighted"]
    assert (weighted["pure"], weighted["reduction"], weighted["elements"]) == (True, "sum", 7)


def test_a_loaded_state_is_noticed(training):
    known = losses_by_label(training)
    assert known["own"]["resumed"] is True
    assert "resumed" not in known["loss_g"]


def test_half_precision_and_sparse_gradients(training):
    assert close(next(iter(training.series("gradNorm/5").values())), training.printed["half"], 1e-2)
    assert close(next(iter(training.series("gradNorm/6").values())), training.printed["sparse"])

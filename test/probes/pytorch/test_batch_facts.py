"""Numbers of a batch, against definitions written out."""

import sys

import pytest
import torch
from support import PROBE, close

sys.path.insert(0, str(PROBE))

from training_debugger_probe import activation_stats, batch_facts, fingerprints


def test_features_are_compared_over_the_examples():
    values = torch.randn(32, 4, generator=torch.Generator().manual_seed(1)) * torch.tensor(
        [1.0, 50.0, 1.0, 2.0]
    )
    values[:, 2] = 7.0
    values[:, 3] += 300
    facts = batch_facts.of_features(values)
    std = values.double().std(0, unbiased=False)
    assert facts["constant"] == 0.25
    assert close(facts["featureScale"], float(std[1] / min(std[0], std[3])))
    assert close(facts["featureOffset"], float(values[:, 3].double().mean() / std[3]))


def test_few_examples_have_no_facts_of_features():
    assert batch_facts.of_features(torch.randn(7, 3)) == {}
    assert batch_facts.of_features(torch.randn(64)) == {}


def test_facts_of_elements():
    facts = batch_facts.of_elements(torch.tensor([[0.0, 2.0], [0.0, 6.0]]))
    assert facts == {"min": 0.0, "max": 6.0, "mean": 2.0, "nonFinite": 0, "std": 6.0**0.5, "zeros": 0.5}
    assert batch_facts.of_elements(torch.tensor([1.0, float("nan")]))["nonFinite"] == 1


@pytest.mark.parametrize("shape", [(200_000,), (64, 3, 64, 64), (4096, 300)])
def test_large_tensors_are_estimated(shape):
    values = torch.randn(shape, generator=torch.Generator().manual_seed(2)) * 3 + 1
    for each in (values, values.transpose(0, -1)):
        assert close(batch_facts.of_elements(each)["std"], 3.0, 0.05)


@pytest.mark.parametrize("shape", [(64, 64, 40, 40), (300, 50, 512), (5000, 1000)])
def test_a_large_output_is_sampled_by_example_position_and_unit(shape):
    generator = torch.Generator().manual_seed(3)
    axis = activation_stats.unit_axis("ReLU", len(shape), -1)
    output = torch.relu(torch.randn(shape, generator=generator))
    output.select(axis, 0).zero_()
    values = activation_stats.sample(output, axis)
    assert values.dim() == 3 and 4_000 < values.numel() <= 65_536
    row = dict(zip(activation_stats.NAMES, activation_stats.summary(output, "ReLU", axis).tolist()))
    assert close(row["mean"], float(output.mean()), 0.1)
    assert close(row["std"], float(output.std()), 0.1)
    assert close(row["dead"], 1 / min(256, shape[axis]), 0.5)


def test_spread_and_non_finite_numbers_of_an_output():
    def facts(output):
        return dict(zip(activation_stats.NAMES, activation_stats.summary(output, "Linear", 1).tolist()))

    output = torch.randn(32, 8, generator=torch.Generator().manual_seed(5)) * 3 + 100
    assert facts(output)["nonFinite"] == 0
    assert close(facts(output)["spread"], float(output.std(0).mean()), 1e-4)
    output[3, 4], output[5, 6] = float("nan"), float("-inf")
    assert facts(output)["nonFinite"] == 2


def test_activations_after_a_convolution_over_time_have_its_channels():
    assert activation_stats.unit_axis("Conv1d", 3, -1) == 1
    assert activation_stats.unit_axis("ReLU", 3, 1) == 1
    assert activation_stats.unit_axis("Linear", 3, 1) == 2
    assert activation_stats.unit_axis("ReLU", 3, 2) == 2
    assert activation_stats.unit_axis("ReLU", 2, 1) == 1


def test_fingerprints_tell_batches_apart_and_do_not_touch_random_numbers():
    before = torch.get_rng_state()
    one_hot = torch.nn.functional.one_hot(torch.arange(64) * 7 % 100, 100).float()
    other = one_hot.roll(1, 0)
    assert fingerprints.of([one_hot]) == fingerprints.of([one_hot.clone()])
    assert fingerprints.of([one_hot]) != fingerprints.of([other])
    assert fingerprints.of([one_hot, torch.zeros(3)]) != fingerprints.of([one_hot, torch.ones(3)])
    assert torch.equal(before, torch.get_rng_state())
    large = torch.arange(3_000_000).view(100, 30_000)
    assert 0 <= fingerprints.of([large.t()]) < 2**53

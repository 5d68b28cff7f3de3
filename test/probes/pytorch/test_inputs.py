"""What is said of the input of a loss function: the operation that made it, its line, its range."""

import pytest
from support import at, close, good, line_of, trained, trained_alone

SCRIPT = "inputs.py"
ACTIVATIONS = {
    "forward_softmax": "softmax",
    "module_sigmoid": "sigmoid",
    "plain": "none",
    "assigned_sigmoid": "sigmoid",
    "in_place": "log_softmax",
    "logs": "log",
    "relu": "relu",
    "tanh": "tanh",
    "nobias": "none",
    "residual": "none",
    "scaled": "other",
    "pieces": "sigmoid",
    "mixed": "other",
    "broadcast": "none",
    "log_sigmoid": "log_sigmoid",
}


@pytest.fixture(scope="module")
def training():
    return good(trained(SCRIPT))


@pytest.fixture(scope="module")
def losses(training):
    return {each["label"]: each for each in training.of("loss")}


def test_nothing_failed(training):
    assert training.disabled() == []


@pytest.mark.parametrize("label", ACTIVATIONS)
def test_operation_that_made_the_input(losses, label):
    assert losses[label]["outputActivation"] == ACTIVATIONS[label]


def test_a_loss_of_the_users_own_is_unknown(losses):
    assert losses["own"]["function"] == "unknown"
    assert "outputActivation" not in losses["own"]


def test_every_loss_function_of_a_sum(losses):
    summed = losses["summed"]
    (term,) = summed["terms"]
    assert {summed["function"], term["function"]} == {"cross_entropy", "kl_div"}
    divergence = term if term["function"] == "kl_div" else summed
    assert divergence["outputActivation"] == "softmax" and divergence["outputShape"] == [12, 4]
    assert 0 < divergence["outputMin"] < divergence["outputMax"] < 1
    assert "reduction" not in divergence
    assert term["source"]["line"] == line_of(SCRIPT, "summed")[1]
    assert all("terms" not in each for label, each in losses.items() if label != "summed")


def test_the_log_probabilities_of_ctc(losses):
    sounds = losses["sounds"]
    assert (sounds["function"], sounds["outputActivation"]) == ("ctc_loss", "log_softmax")
    assert sounds["outputShape"] == [12, 2, 4] and sounds["outputMax"] < 0


@pytest.mark.parametrize(
    ("label", "marker"),
    [
        ("forward_softmax", "forward-softmax"),
        ("module_sigmoid", "module-sigmoid"),
        ("assigned_sigmoid", "assigned-sigmoid"),
        ("in_place", "in-place"),
        ("plain", "four"),
    ],
)
def test_line_of_the_operation(losses, label, marker):
    assert at(losses[label]["outputSource"]) == line_of(SCRIPT, marker)


def test_range_of_input_and_target(training, losses):
    low, high, std = training.printed["logits"]
    found = losses["plain"]
    assert close(found["outputMin"], low) and close(found["outputMax"], high)
    assert close(found["outputStd"], std)
    assert (found["targetMin"], found["targetMax"], found["targetDistinct"]) == (0, 2, 3)
    binary = losses["module_sigmoid"]
    assert 0 <= binary["outputMin"] <= binary["outputMax"] <= 1
    assert binary["targetDistinct"] == 2
    assert losses["tanh"]["targetMin"] < -1 and losses["tanh"]["targetMax"] > 1


def test_shapes_are_said_even_when_they_are_broadcast(losses):
    found = losses["broadcast"]
    assert (found["function"], found["outputShape"], found["targetShape"]) == ("mse_loss", [12, 1], [12])


def test_the_warning_of_torch_is_left_alone(training):
    assert training.stderr == trained_alone(SCRIPT).stderr
    assert "target size" in training.stderr


DIFFERENCES = """
import torch
from torch import nn

torch.manual_seed(3)
model = nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
x, row = torch.randn(12, 4), torch.randn(12)
for step in range(2):
    wide = ((model(x) - row) ** 2).mean()
    wide.backward()
    far = (row - model(x)).abs().sum() / 12
    far.backward()
    right = (model(x).squeeze(1) - row).pow(2).mean()
    right.backward()
    column = (model(x) - row[:, None]).square().mean().sqrt()
    column.backward()
    optimizer.step()
    optimizer.zero_grad()
"""


def test_a_difference_that_broadcasts_tells_its_shapes(tmp_path):
    script = tmp_path / "differences.py"
    script.write_text(DIFFERENCES)
    observed = good(trained(str(script)))
    shapes = {
        each["label"]: (each.get("outputShape"), each.get("targetShape")) for each in observed.of("loss")
    }
    square = ([12, 1], [12])
    assert shapes == {"wide": square, "far": square, "right": (None, None), "column": (None, None)}

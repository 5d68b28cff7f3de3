"""What the expected initial value of a loss follows from, computed once from the first batch."""

from __future__ import annotations

import inspect
import math
from types import FrameType
from typing import Any

import torch

from . import output_source, outputs, ranges
from .guard import guarded
from .loss_calls import LossCall
from .parameters import dtype, shape

REGRESSION = (
    "mse_loss",
    "l1_loss",
    "smooth_l1_loss",
    "huber_loss",
    "kl_div",
    "poisson_nll_loss",
    "gaussian_nll_loss",
)
SYMMETRIC = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
ROUNDING = 1e-2
"""Of a sum of probabilities in half precision."""
BINARY = ("binary_cross_entropy", "binary_cross_entropy_with_logits")


@guarded("loss-facts")
def gather(call: LossCall, original: Any, args: Any, kwargs: Any, result: torch.Tensor) -> None:
    """Fills `call.facts`, `call.mean` and `call.sum`. Waits for the device, once."""
    bound = inspect.signature(original).bind(*args, **kwargs)
    bound.apply_defaults()
    given = bound.arguments
    output, target = sides(call.function, given)
    reduction = _reduction(given)
    facts = call.facts
    if reduction in ("mean", "sum", "none"):  # `batchmean` is neither
        facts["reduction"] = reduction
    if isinstance(output, torch.Tensor):
        facts.update(outputShape=shape(output), outputDtype=dtype(output))
    with torch.no_grad():
        if isinstance(target, torch.Tensor) and isinstance(output, torch.Tensor):
            facts.update(targetShape=shape(target), targetDtype=dtype(target))
            _of_target(call.function, facts, given, output, target.detach())
        _values(call, facts, reduction, result.detach())


@guarded("loss-input")
def look_behind(call: LossCall, frame: FrameType | None, original: Any, args: Any, kwargs: Any) -> None:
    """What made the function's input, and the ranges of input and target. Waits for the device, once."""
    given = inspect.signature(original).bind(*args, **kwargs).arguments
    output, target = sides(call.function, given)
    facts = call.facts
    if isinstance(output, torch.Tensor):
        with torch.no_grad():
            ranges.of_output(facts, output)
        found = outputs.activation(output)
        if found is not None:
            kind, node = found
            facts["outputActivation"] = "softmax" if _are_shares(call.function, kind, output) else kind
            where = output_source.find(kind, node, frame)
            if where is not None:
                facts["outputSource"] = where
    if isinstance(target, torch.Tensor):
        classes = call.function in ("cross_entropy", "nll_loss")
        with torch.no_grad():
            ranges.of_target(facts, target, given.get("ignore_index", -100) if classes else None)


def _are_shares(function: str, kind: str, output: torch.Tensor) -> bool:
    """Whether the rows are probabilities, however the script has computed them."""
    if function != "cross_entropy" or kind != "other" or output.dim() < 2 or output.shape[1] < 2:
        return False
    values = output.detach().float()
    sums = values.sum(1)
    return sums.numel() > 1 and bool((values >= 0).all()) and bool(((sums - 1).abs() < ROUNDING).all())


def sides(function: str, given: dict[str, Any]) -> tuple[Any, Any]:
    """What the model said (`ctc_loss` has a name of its own for it), and what it should have said.

    Where the order makes no difference to the loss, scripts give them in either: only the model's side has a
    gradient then.
    """
    output, target = given.get("input", given.get("log_probs")), given.get("target")
    if function in SYMMETRIC and _learns(target) and not _learns(output):
        return target, output
    return output, target


def _learns(tensor: Any) -> bool:
    return isinstance(tensor, torch.Tensor) and tensor.requires_grad


def _reduction(given: dict[str, Any]) -> str:
    """The older pair of arguments overrules, as in torch."""
    average, reduce = given.get("size_average"), given.get("reduce")
    if average is None and reduce is None:
        return str(given.get("reduction", "mean"))
    if reduce is False:
        return "none"
    return "sum" if average is False else "mean"


def _values(call: LossCall, facts: dict[str, Any], reduction: str, result: torch.Tensor) -> None:
    """The mean and the sum that the result amounts to, whichever the function returned."""
    elements = facts.get("elements")
    if reduction == "none":
        call.sum = float(result.sum().item())
        call.mean = call.sum / elements if elements else None
    elif reduction == "sum":
        call.sum = float(result.item())
        call.mean = call.sum / elements if elements else None
    elif reduction == "mean" and result.numel() == 1:
        call.mean = float(result.item())


def _of_target(
    function: str, facts: dict[str, Any], given: dict[str, Any], output: torch.Tensor, target: torch.Tensor
) -> None:
    if function in ("cross_entropy", "nll_loss"):
        _classification(facts, given, output, target)
    elif function in BINARY:
        _binary(facts, given, target)
    elif function in REGRESSION:
        elements = torch.broadcast_shapes(output.shape, target.shape)
        facts["elements"] = math.prod(elements)
        _moments(facts, target)


def _classification(
    facts: dict[str, Any], given: dict[str, Any], output: torch.Tensor, target: torch.Tensor
) -> None:
    classes = int(output.shape[1] if output.dim() > 1 else output.shape[0])
    facts["classes"] = classes
    facts["labelSmoothing"] = float(given.get("label_smoothing") or 0.0)
    weight = given.get("weight")
    weight = weight.detach().double().cpu() if isinstance(weight, torch.Tensor) else None
    if target.is_floating_point():
        shares = target.double().cpu()
        shares = (
            shares.movedim(1, -1).reshape(-1, classes) if shares.dim() > 1 else shares.reshape(1, classes)
        )
    else:
        kept = target.cpu().reshape(-1)
        kept = kept[kept != int(given.get("ignore_index", -100))]
        facts["elements"] = int(kept.numel())
        kept = kept[(kept >= 0) & (kept < classes)]
        shares = torch.bincount(kept, minlength=classes).double().reshape(1, classes)
    total = float(shares.sum())
    if target.is_floating_point():
        facts["elements"] = int(shares.shape[0])
    if total > 0:
        share = shares.sum(0) / total
        facts["targetEntropy"] = _entropy(share)
        facts["meanTargetWeight"] = 1.0 if weight is None else float((share * weight).sum())


def _entropy(share: torch.Tensor) -> float:
    """Of a distribution over classes, nats."""
    present = share[share > 0]
    return max(0.0, float(-(present * present.log()).sum()))


def _binary(facts: dict[str, Any], given: dict[str, Any], target: torch.Tensor) -> None:
    facts["elements"] = int(target.numel())
    positive, weight = given.get("pos_weight"), given.get("weight")
    facts["positiveWeight"] = float(positive.double().mean()) if isinstance(positive, torch.Tensor) else 1.0
    facts["meanTargetWeight"] = 1.0
    if isinstance(weight, torch.Tensor):
        facts["meanTargetWeight"] = float(weight.double().expand_as(target).mean())
    _moments(facts, target)
    share = min(1.0, max(0.0, float(facts.get("targetMean", 0.5))))
    facts["targetEntropy"] = _entropy(torch.tensor([share, 1 - share], dtype=torch.float64, device="cpu"))


def _moments(facts: dict[str, Any], target: torch.Tensor) -> None:
    values = ranges.finite(target)
    if values.numel() == 0:
        return
    facts["targetMean"] = float(values.mean())
    facts["targetVariance"] = float(values.var(unbiased=False))
    facts["targetMeanSquare"] = float(values.square().mean())
    facts["targetMeanAbsolute"] = float(values.abs().mean())

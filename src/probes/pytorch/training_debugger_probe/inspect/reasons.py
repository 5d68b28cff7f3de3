"""Why a number is not finite, in a sentence with the numbers in it."""

from __future__ import annotations

from typing import Any

from ..wire import text
from .statistics import number


def why(found: dict[str, Any]) -> dict[str, Any]:
    """`found` is as in the message `origin`."""
    return {
        "input": _input,
        "parameter": _parameter,
        "forward": _forward,
        "loss": _loss,
        "backward": _backward,
    }[found["direction"]](found)


def _range(found: dict[str, Any]) -> tuple[str, str] | None:
    if "inputMin" not in found:
        return None
    return number(float(found["inputMin"])), number(float(found["inputMax"]))


def _input(found: dict[str, Any]) -> dict[str, Any]:
    if found.get("kind") == "target":
        return text("The target holds non-finite values (count: {0}).", found["inputNonFinite"])
    return text("The input of the model holds non-finite values (count: {0}).", found["inputNonFinite"])


def _parameter(found: dict[str, Any]) -> dict[str, Any]:
    return text(
        "{0} held non-finite values before this step (count: {1}).",
        found["module"],
        found["inputNonFinite"],
    )


def _forward(found: dict[str, Any]) -> dict[str, Any]:
    if "operation" not in found:
        return text("What the model returns is not finite.")
    operation, module = found["operation"], found["module"] or found["kind"]
    bad, span = found.get("outputNonFinite", 0), _range(found)
    if span is None:
        return text("{0} in {1} makes non-finite values (count: {2}).", operation, module, bad)
    return text(
        "{0} in {1} makes non-finite values of numbers from {3} to {4} (count: {2}).",
        operation,
        module,
        bad,
        *span,
    )


def _loss(found: dict[str, Any]) -> dict[str, Any]:
    span = _range(found)
    if span is None:
        return text("{0} makes the loss non-finite; what the model returned is finite.", found["operation"])
    return text("{0} makes a non-finite loss of numbers from {1} to {2}.", found["operation"], *span)


def _backward(found: dict[str, Any]) -> dict[str, Any]:
    if found.get("module"):
        return _module(found, found["module"])
    if "operation" in found:
        return text("The loss is finite, but the gradient of {0} is not.", found["operation"])
    names = found.get("gradients", [])
    if not names:
        return text("Gradients are not finite; computed again they are.")
    return text(
        "Gradients are not finite, first that of {1}, {0} in all; computed again they are finite.",
        len(names),
        names[0],
    )


def _module(found: dict[str, Any], module: str) -> dict[str, Any]:
    operation, span = found.get("operation", found["kind"]), _range(found)
    if span is None:
        return text("A finite gradient enters {0}; that of {1} in it is not finite.", module, operation)
    return text(
        "A finite gradient enters {0}; that of {1} in it, for inputs from {2} to {3}, is not finite.",
        module,
        operation,
        *span,
    )

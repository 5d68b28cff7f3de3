"""Answers `roots`, `variables` and `setVariable`."""

from __future__ import annotations

from typing import Any

import torch

from ..requests import RequestError
from ..wire import text
from . import batch_tree, evaluation, frames, hardware_tree, locals_tree, model_tree, optimizer_tree
from .references import Item, references
from .values import LONGEST, cut


def roots(params: dict[str, Any]) -> dict[str, Any]:
    frame = frames.get(params["frame"])
    first = frames.innermost()
    trees = {
        "optimizer": optimizer_tree.tree(first),
        "model": model_tree.tree(first),
        "batch": batch_tree.tree(),
        "hardware": hardware_tree.tree(),
        "locals": locals_tree.tree(frame),
    }
    owners = {"locals": frame}
    return {name: references.add(tree, owners.get(name, first)) for name, tree in trees.items()}


def variables(params: dict[str, Any]) -> dict[str, Any]:
    members, frame = references.get(params["reference"])
    with torch.no_grad():
        found = members.some(params.get("start") or 0, params.get("count"), params.get("filter"))
        return {"variables": [references.variable(each, frame) for each in found]}


def set_variable(params: dict[str, Any]) -> dict[str, Any]:
    members, frame = references.get(params["reference"])
    name = params["name"]
    item = members.item(name)
    if item is None or item.put is None:
        raise RequestError(text("{0} cannot be changed here.", name))
    value = evaluation.value_of(params["value"], frame)
    _put(item, value)
    changed = members.item(name) or item
    evaluation.changed("value", item.expression or name, item.line, changed.line)
    return references.variable(changed, frame)


def _put(item: Item, value: Any) -> None:
    """What the user's own objects say against a value is told."""
    try:
        assert item.put is not None
        item.put(value)
    except RequestError:
        raise
    except Exception as error:
        reason = cut(str(error), LONGEST)
        raise RequestError(
            text("{0} cannot be changed: {1}: {2}", item.name, type(error).__name__, reason)
        ) from None

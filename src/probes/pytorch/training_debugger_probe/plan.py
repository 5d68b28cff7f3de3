"""How long the training will be."""

from __future__ import annotations


def first_step() -> None:
    pass


def stepped() -> None:
    pass

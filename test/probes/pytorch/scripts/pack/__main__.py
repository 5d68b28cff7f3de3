"""Entry of the package."""

from .train import train

train()

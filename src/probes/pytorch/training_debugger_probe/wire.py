"""How values travel: see src/protocol/values.ts."""

from __future__ import annotations

import base64
import json
import math
import sys
from array import array
from typing import Any, Iterable


def number(value: float) -> float | str:
    """A number as it travels: JSON has no NaN and no infinities."""
    if math.isfinite(value):
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def text(template: str, *args: str | int | float) -> dict[str, Any]:
    """A sentence for people; the template is the key of its translations."""
    return {"template": template, "args": list(args)}


def float32(values: Iterable[float]) -> str:
    """Base64 of little-endian float32."""
    floats = array("f", values)
    if sys.byteorder == "big":
        floats.byteswap()
    return base64.b64encode(floats.tobytes()).decode("ascii")


_encoder = json.JSONEncoder(separators=(",", ":"), allow_nan=False)


def encode(message: dict[str, Any]) -> bytes:
    """One line of the protocol."""
    return _encoder.encode(message).encode("utf-8") + b"\n"

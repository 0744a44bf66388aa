"""Spans of time as people write them."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
PATTERN = r"^(?=[0-9.]*[1-9])[0-9]+(\.[0-9]+)?[smhdw]$"


def seconds_of(value: Any) -> Any:
    """Returns the seconds that `30d`, `12h`, `90m`, `45s` or `2w` mean; leaves the rest alone."""
    if isinstance(value, str) and re.fullmatch(PATTERN, value):
        return float(value[:-1]) * _SECONDS[value[-1]]
    return value


Duration = Annotated[
    float,
    WithJsonSchema(
        {
            "anyOf": [
                {
                    "type": "string",
                    "pattern": PATTERN,
                    "description": "A number with a unit: `45s`, `90m`, `12h`, `30d` or `2w`.",
                    "examples": ["30d", "12h"],
                },
                {"type": "number", "exclusiveMinimum": 0},
            ]
        }
    ),
    BeforeValidator(seconds_of),
    Field(gt=0, allow_inf_nan=False),
]
"""Seconds, or a number with a unit."""

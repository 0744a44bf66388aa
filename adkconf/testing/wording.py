"""Values in the messages of failed tests."""

from __future__ import annotations

import json
from typing import Any

from adkconf.config.located import bare
from adkconf.testing.data_check import MISSING

_LONGEST = 300


def shown(value: Any) -> str:
    """Returns a value as JSON, shortened in the middle; `nothing` for what is not there."""
    if value is MISSING:
        return repr(value)
    text = json.dumps(bare(value), ensure_ascii=False, default=str)
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]} … {text[-half:]}"


def listed(names: Any) -> str:
    """Returns names with commas between them; `none` if there are none."""
    return ", ".join(names) or "none"

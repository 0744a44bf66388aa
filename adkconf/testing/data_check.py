"""Compares data: what is expected may be a part of what is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from adkconf.config.located import Step


class Missing:
    """Stands for what is not there."""

    def __repr__(self) -> str:
        return "nothing"


MISSING = Missing()


@dataclass(frozen=True)
class Difference:
    """The first place where data is not as expected; `steps` lead there."""

    steps: tuple[Step, ...]
    expected: Any
    got: Any


def difference(expected: Any, got: Any, steps: tuple[Step, ...] = ()) -> Difference | None:
    """Returns where data is not as expected, or None.

    Maps may have keys that nobody expects; one that is expected to be null may be missing. Lists
    have as many items as expected.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        for key, value in expected.items():
            if found := difference(value, got.get(key, MISSING), (*steps, key)):
                return found
        return None
    if isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple)):
        if len(expected) == len(got):
            for index, (one, other) in enumerate(zip(expected, got, strict=True)):
                if found := difference(one, other, (*steps, index)):
                    return found
            return None
    elif _is_same(expected, got):
        return None
    return Difference(steps, expected, got)


def _is_same(expected: Any, got: Any) -> bool:
    if expected is None and got is MISSING:
        return True
    return bool(expected == got) and isinstance(expected, bool) == isinstance(got, bool)

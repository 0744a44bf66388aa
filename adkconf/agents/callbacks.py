"""Calling user-written callbacks: one or many, sync or async."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

_Answer = TypeVar("_Answer")
Callbacks: TypeAlias = Callable[..., Any] | list[Callable[..., Any]] | None


def as_list(callbacks: Callbacks) -> list[Callable[..., Any]]:
    """Returns callbacks given as one, many or none as a list."""
    if callbacks is None:
        return []
    return callbacks if isinstance(callbacks, list) else [callbacks]


async def first_answer(callbacks: Callbacks, *arguments: Any, **named: Any) -> Any:
    """Calls callbacks in order until one answers with something other than None."""
    for callback in as_list(callbacks):
        answer = callback(*arguments, **named)
        if inspect.isawaitable(answer):
            answer = await answer
        if answer is not None:
            return answer
    return None


def checked(answer: Any, expected: type[_Answer], source: str) -> _Answer | None:
    """Returns what user code answered.

    Raises:
        TypeError: it is something else than expected; the message names `source`.
    """
    if answer is None or isinstance(answer, expected):
        return answer
    raise TypeError(
        f"{source} returned {type(answer).__name__}; return {expected.__name__} or None"
    )

"""Calling user-written callbacks: one or many, sync or async."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeAlias

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

"""Shows models only the latest part of a conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.genai import types

from adkconf.agents.context import Context
from adkconf.flows.shared_contents import SharedContents
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins.base_plugin import BasePlugin


class ContextFilterPlugin(BasePlugin):
    """Takes old turns out of every request; the session keeps them.

    A turn begins with the user's message, or several in a row, and includes everything up to the
    next one. `num_invocations_to_keep` turns are kept (unset or 0: all). To change the beginning
    of requests less often, turns are taken out only when `remove_amount` can go at once. An answer
    to a function call is never kept without the call.

    `custom_filter` gets the contents that are left and returns those to send. An exception in it
    ends the run: a request that was meant to be filtered is not sent whole.

    Raises:
        ValueError: `remove_amount` is less than 1, or `num_invocations_to_keep` less than 0.
    """

    def __init__(
        self,
        num_invocations_to_keep: int | None = None,
        custom_filter: Callable[[list[types.Content]], list[types.Content]] | None = None,
        name: str = "context_filter_plugin",
        remove_amount: int = 1,
    ) -> None:
        super().__init__(name)
        if remove_amount < 1:
            raise ValueError(f"remove_amount must be at least 1, not {remove_amount}")
        if num_invocations_to_keep is not None and num_invocations_to_keep < 0:
            raise ValueError(
                f"num_invocations_to_keep must be at least 0, not {num_invocations_to_keep}"
            )
        self._keep = num_invocations_to_keep
        self._custom_filter = custom_filter
        self._remove_amount = remove_amount

    async def before_model_callback(
        self, *, callback_context: Context, llm_request: LlmRequest
    ) -> LlmResponse | None:
        """Shortens the request's contents."""
        if self._keep:
            contents = _unwrapped(llm_request.contents)
            if start := self._start(contents, self._keep):
                # Later callbacks may change what they see: the items stay shared until then.
                llm_request.contents = SharedContents(contents[start:])
        if self._custom_filter is not None:
            llm_request.contents = _checked(self._custom_filter(llm_request.contents))
        return None

    def _start(self, contents: list[types.Content], keep: int) -> int:
        """Returns the index of the first content to keep, looking no further back than needed."""
        starts: list[int] = []
        for index in range(len(contents) - 1, -1, -1):
            if _says_user(contents[index]) and not (index and _says_user(contents[index - 1])):
                starts.append(index)
                if len(starts) == keep + self._remove_amount:
                    return _with_calls(contents, starts[keep - 1])
        return 0


def _with_calls(contents: list[types.Content], start: int) -> int:
    """Moves a start back to the calls of all answers behind it."""
    open_answers: set[str] = set()
    for index in range(len(contents) - 1, -1, -1):
        for part in reversed(contents[index].parts or ()):
            if part.function_response and part.function_response.id:
                open_answers.add(part.function_response.id)
            if part.function_call and part.function_call.id:
                open_answers.discard(part.function_call.id)
        if index <= start and not open_answers:
            return index
    return 0


def _says_user(content: types.Content) -> bool:
    return content.role == "user" and not any(
        part.function_response for part in content.parts or ()
    )


def _unwrapped(contents: list[types.Content]) -> list[types.Content]:
    """Returns the items for reading, without copies."""
    return contents.settled() if isinstance(contents, SharedContents) else contents


def _checked(contents: Any) -> list[types.Content]:
    if isinstance(contents, list) and all(isinstance(item, types.Content) for item in contents):
        return contents
    raise TypeError("custom_filter must return a list of google.genai.types.Content")

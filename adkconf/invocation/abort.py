"""Ending a run when whoever started it asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.events.event import Event

ABORTED = "INVOCATION_ABORTED"
"""The error code of the events that end such a run."""

_MESSAGE = "The run was aborted by the client."


class Abort:
    """Cancels what a run waits for once the signal is set; None is never.

    As with a deadline only work of the run is cancelled, not the task of whoever reads it.
    """

    def __init__(self, signal: asyncio.Event | None = None) -> None:
        self._signal = signal

    @property
    def requested(self) -> bool:
        """Whether the run is to end."""
        return self._signal is not None and self._signal.is_set()

    def limit(self, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """Returns the events that come until then; closing it closes the generator."""
        return events if self._signal is None else self._limited(self._signal, events)

    async def _limited(
        self, signal: asyncio.Event, events: AsyncGenerator[Event, None]
    ) -> AsyncGenerator[Event, None]:
        async with aclosing(events):
            while not self.requested and (following := await self._next(signal, events)):
                yield following

    async def _next(
        self, signal: asyncio.Event, events: AsyncGenerator[Event, None]
    ) -> Event | None:
        try:
            async with asyncio.timeout(None) as scope:
                waiting = asyncio.create_task(_expire(signal, scope))
                try:
                    return await anext(events, None)
                finally:
                    waiting.cancel()
        except TimeoutError:
            if not scope.expired():
                raise
            return None


async def _expire(signal: asyncio.Event, scope: asyncio.Timeout) -> None:
    await signal.wait()
    scope.reschedule(asyncio.get_running_loop().time())


def sealing_events(ctx: InvocationContext) -> Iterator[Event]:
    """Yields events that answer the run's open calls with an error, one per agent and branch.

    Without open calls it is one that only tells of the end.
    """
    own = [event for event in ctx.session.events if event.invocation_id == ctx.invocation_id]
    answered = {answer.id for event in own for answer in event.get_function_responses()}
    open_calls: dict[tuple[str, str | None], list[types.FunctionCall]] = {}
    for event in own:
        for call in event.get_function_calls():
            if call.id and call.id not in answered:
                key = (event.author, event.branch or ctx.branch)
                open_calls.setdefault(key, []).append(call)
    for (author, branch), calls in open_calls.items():
        yield _event(ctx, author, branch, types.Content(role="user", parts=[*map(_sealed, calls)]))
    if not open_calls:
        yield _event(ctx, ctx.tree_root.name, ctx.branch, None)


def _sealed(call: types.FunctionCall) -> types.Part:
    response = types.FunctionResponse(id=call.id, name=call.name, response={"error": _MESSAGE})
    return types.Part(function_response=response)


def _event(
    ctx: InvocationContext, author: str, branch: str | None, content: types.Content | None
) -> Event:
    return Event(
        invocation_id=ctx.invocation_id,
        author=author,
        branch=branch,
        content=content,
        error_code=ABORTED,
        error_message=_MESSAGE,
    )

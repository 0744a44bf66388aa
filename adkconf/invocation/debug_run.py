"""Messages tried out one after the other, for somebody who watches."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable

from google.genai import types

from adkconf.events.event import Event, as_content
from adkconf.invocation.debug_print import print_event
from adkconf.sessions.base_session_service import BaseSessionService
from adkconf.sessions.session_key import SessionKey


async def run_messages(
    messages: Iterable[str],
    answer: Callable[[types.Content], AsyncGenerator[Event, None]],
    *,
    quiet: bool,
    verbose: bool,
) -> list[Event]:
    """Returns the events of all answers; prints them, unless it is to be quiet."""
    collected: list[Event] = []
    for message in messages:
        if not quiet:
            print(f"user > {message}")
        async for event in answer(as_content(message)):
            collected.append(event)
            if not quiet:
                print_event(event, verbose=verbose)
    return collected


async def create_if_missing(sessions: BaseSessionService, key: SessionKey) -> None:
    """Creates the session if it is not there."""
    if await sessions.load_for_run(**key._asdict()) is None:
        await sessions.create_session(**key._asdict())

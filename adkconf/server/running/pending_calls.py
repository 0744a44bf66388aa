"""Answers of clients to function calls: only to calls that wait for one, and by whom."""

from __future__ import annotations

from typing import Any

from google.genai import types
from starlette.requests import Request

from adkconf.apps.app_runner import AppRunner
from adkconf.events.event import Event
from adkconf.flows.history import without_rewound
from adkconf.server.access.tenants import subject_of
from adkconf.server.problems import Problem
from adkconf.server.wire import ACTOR_KEY, RESERVED_CALLS, RunRequest

_IN_SESSION = "closed calls"


async def check_answers(request: Request, runner: AppRunner, body: RunRequest) -> dict[str, Any]:
    """Refuses answers that nobody waits for; returns what the run's events are to say of the actor.

    Raises:
        Problem: 409, a call waits for no answer.
    """
    if not await has_answers(runner, body.user_id, body.session_id, body.new_message):
        return {}
    subject = subject_of(request)
    return {} if subject is None else {ACTOR_KEY: subject}


async def has_answers(
    runner: AppRunner, user_id: str, session_id: str, message: types.Content | None
) -> bool:
    """Tells whether a message answers calls, and refuses it if one of them waits for no client.

    A call that only the runtime answers waits for no client, nor does a question to a person that
    was answered already; a long-running tool's call may be answered again and again. Calls that
    the session does not know are left to the run.

    Raises:
        Problem: 409, a call waits for no answer.
    """
    answered = _answered(message)
    if not answered:
        return False
    session = await runner.session_service.load_for_run(
        app_name=runner.app_name, user_id=user_id, session_id=session_id
    )
    if session is not None:
        calls: ClosedCalls = session.derived.setdefault(_IN_SESSION, ClosedCalls())
        if closed := answered & calls.of(session.events):
            raise Problem(409, f"the call {min(closed)!r} waits for no answer of a client")
    return True


def _answered(message: types.Content | None) -> set[str]:
    parts = (message.parts if message else None) or ()
    return {
        part.function_response.id
        for part in parts
        if part.function_response and part.function_response.id
    }


class ClosedCalls:
    """The calls of a session that wait for no client, kept up to date event by event.

    Only a rewind makes it start over.
    """

    def __init__(self) -> None:
        self._read = 0
        self._closed: set[str] = set()

    def of(self, events: list[Event]) -> set[str]:
        """Returns the ids of the calls in a log; what is new there is read."""
        new = events[self._read :]
        if any(event.actions.rewind_before_invocation_id for event in new):
            self._closed, new = set(), without_rewound(events)
        for event in new:
            self._note(event)
        self._read = len(events)
        return self._closed

    def _note(self, event: Event) -> None:
        open_here = event.long_running_tool_ids or ()
        for call in event.get_function_calls():
            if call.id in open_here:
                self._closed.discard(call.id)
            elif call.id:
                self._closed.add(call.id)
        if event.author == "user":
            self._closed |= {
                answer.id
                for answer in event.get_function_responses()
                if answer.id and answer.name in RESERVED_CALLS
            }

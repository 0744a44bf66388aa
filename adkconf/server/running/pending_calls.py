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
    session = await runner.session_service.get_session(
        app_name=runner.app_name, user_id=user_id, session_id=session_id
    )
    if session is not None:
        closed = answered & _closed_calls(without_rewound(session.events))
        if closed:
            raise Problem(409, f"the call {min(closed)!r} waits for no answer of a client")
    return True


def _answered(message: types.Content | None) -> set[str]:
    parts = (message.parts if message else None) or ()
    return {
        part.function_response.id
        for part in parts
        if part.function_response and part.function_response.id
    }


def _closed_calls(events: list[Event]) -> set[str]:
    closed: set[str] = set()
    for event in events:
        open_here = event.long_running_tool_ids or ()
        for call in event.get_function_calls():
            if call.id in open_here:
                closed.discard(call.id)
            elif call.id:
                closed.add(call.id)
        if event.author == "user":
            closed |= {
                answer.id
                for answer in event.get_function_responses()
                if answer.id and answer.name in RESERVED_CALLS
            }
    return closed

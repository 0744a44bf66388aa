"""Runs of an app: the whole answer at once, or as it comes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import aclosing
from typing import TypeVar

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from adkconf.agents.run_config import RunConfig, StreamingMode
from adkconf.errors import AdkconfError, SessionNotFoundError
from adkconf.events.event import Event
from adkconf.runners import Runner
from adkconf.server.pin import generation_of, runner_of
from adkconf.server.problems import Problem, describe, log_failure
from adkconf.server.wire import RunRequest, event_json, events_response, public_metadata, read_body
from adkconf.sessions.base_session_service import GetSessionConfig

_PING_SECONDS = 15
# Only the answer that ends the wait for the session matters, not its events.
_NO_EVENTS = GetSessionConfig(num_recent_events=0)

_T = TypeVar("_T")


async def run(request: Request) -> Response:
    """Runs the app and answers with all events, once they are all there."""
    body = await read_body(request, RunRequest)
    runner = runner_of(request, body.app_name)
    config = _config(generation_of(request).built.run_config, body, StreamingMode.NONE)
    try:
        events = await _unless_disconnected(request, _collect(_events(runner, body, config)))
    except SessionNotFoundError as error:
        raise _no_session(body) from error
    except (AdkconfError, ClientDisconnect):
        raise
    except Exception as error:  # agents and tools raise anything; their author wants to know what
        log_failure("POST /run", error)
        raise Problem(500, describe(error)) from error
    return events_response(events)


async def run_sse(request: Request) -> Response:
    """Runs the app and streams its events; a client that leaves ends the run."""
    body = await read_body(request, RunRequest)
    runner = runner_of(request, body.app_name)
    default = generation_of(request).built.run_config
    mode = default.streaming_mode
    if body.streaming is not None:
        mode = StreamingMode.SSE if body.streaming else StreamingMode.NONE
    config = _config(default, body, mode)
    # Found out before the stream starts, while the status can still tell.
    await _check_session(runner, body)
    return EventSourceResponse(
        _frames(_events(runner, body, config), whole=bool(body.function_call_event_id)),
        sep="\n",
        ping=_PING_SECONDS,
        ping_message_factory=lambda: ServerSentEvent(comment="ping", sep="\n"),
    )


def _events(runner: Runner, body: RunRequest, config: RunConfig) -> AsyncGenerator[Event, None]:
    return runner.run_async(
        user_id=body.user_id,
        session_id=body.session_id,
        invocation_id=body.invocation_id,
        new_message=body.new_message,
        state_delta=body.state_delta,
        run_config=config,
    )


def _config(default: RunConfig, body: RunRequest, mode: StreamingMode) -> RunConfig:
    metadata = {**(default.custom_metadata or {}), **(public_metadata(body.custom_metadata) or {})}
    changes = {"streaming_mode": mode, "custom_metadata": metadata or None}
    return default.model_copy(update=changes)


async def _check_session(runner: Runner, body: RunRequest) -> None:
    if runner.auto_create_session:
        return
    session = await runner.session_service.get_session(
        app_name=runner.app_name,
        user_id=body.user_id,
        session_id=body.session_id,
        config=_NO_EVENTS,
    )
    if session is None:
        raise _no_session(body)


def _no_session(body: RunRequest) -> SessionNotFoundError:
    return SessionNotFoundError(f"Session not found: {body.session_id}")


async def _collect(events: AsyncGenerator[Event, None]) -> list[Event]:
    async with aclosing(events):
        return [event async for event in events]


async def _frames(events: AsyncGenerator[Event, None], *, whole: bool) -> AsyncIterator[bytes]:
    """Yields one frame per event; an error of the run becomes the last frame."""
    try:
        async with aclosing(events):
            async for event in events:
                for piece in (event,) if whole else _pieces(event):
                    yield b"data: " + event_json(piece) + b"\n\n"
    except Exception as error:  # the status is sent already: the frame is all that can tell
        log_failure("POST /run_sse", error)
        yield _error_frame(error)


def _pieces(event: Event) -> tuple[Event, ...]:
    """Splits content from artifacts: google-adk's front-ends draw an artifact once per event."""
    if not (event.actions.artifact_delta and event.content and event.content.parts):
        return (event,)
    without_artifacts = event.actions.model_copy(update={"artifact_delta": {}})
    return (
        event.model_copy(update={"actions": without_artifacts}),
        event.model_copy(update={"content": None}),
    )


def _error_frame(error: Exception) -> bytes:
    kind, message = type(error).__name__, str(error)
    details = {"error_type": kind, "error_message": message, "timestamp": time.time()}
    frame = json.dumps({"error": f"{kind}: {message}", "error_details": details})
    return b"data: " + frame.encode() + b"\n\n"


async def _unless_disconnected(request: Request, work: Coroutine[None, None, _T]) -> _T:
    """Awaits `work`; cancels it when the client goes away.

    Raises:
        ClientDisconnect: it went.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_disconnect(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientDisconnect
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


ROUTES = [
    Route("/run", run, methods=["POST"]),
    Route("/run_sse", run_sse, methods=["POST"]),
]

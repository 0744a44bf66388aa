"""Runs of an app: the whole answer at once, or as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from adkconf.agents.run_config import RunConfig
from adkconf.apps.app_runner import AppRunner
from adkconf.errors import AdkconfError, SessionNotFoundError
from adkconf.events.event import Event
from adkconf.server.observing.request_ids import current_invocation
from adkconf.server.pin import generation_of, pin
from adkconf.server.problems import Problem, describe, log_failure
from adkconf.server.running.active_runs import ActiveRun, Place
from adkconf.server.running.frame_log import FrameLog
from adkconf.server.running.pending_calls import check_answers
from adkconf.server.running.run_control import listen_again, runs_of
from adkconf.server.running.run_options import options_of
from adkconf.server.running.run_slots import slots_of
from adkconf.server.running.run_stream import RUN_ID_HEADER, FrameWriter, stream_response
from adkconf.server.wire import RunRequest, events_response, read_body
from adkconf.sessions.base_session_service import GetSessionConfig

T = TypeVar("T")

# What a run may say before a listener has heard it; and what is kept of a run that lasts.
_AHEAD_BYTES = 64 * 1024
_KEPT_BYTES = 4 * 1024 * 1024
# Only the answer that ends the wait for the session matters, not its events.
_NO_EVENTS = GetSessionConfig(num_recent_events=0)


async def run(request: Request) -> Response:
    """Runs the app and answers with all events, once they are all there."""
    body = await read_body(request, RunRequest)
    runner = await pin(request, body.app_name)
    config = options_of(generation_of(request).built, body, streams=False)
    config = _signed(config, await check_answers(request, runner, body))
    active = await _start(
        request,
        _place(runner, body),
        lambda: _collect(_events(runner, body, config), _lease(request)),
    )
    try:
        events = await _heard(request, active)
    except SessionNotFoundError as error:
        raise _no_session(body) from error
    except (AdkconfError, ClientDisconnect, Problem):
        raise
    except Exception as error:  # agents and tools raise anything; their author wants to know what
        log_failure("POST /run", error)
        raise Problem(500, describe(error)) from error
    response = events_response(events)
    response.headers[RUN_ID_HEADER] = active.id
    return response


async def run_sse(request: Request) -> Response:
    """Runs the app and streams its events."""
    body = await read_body(request, RunRequest)
    runner = await pin(request, body.app_name)
    if "last-event-id" in request.headers:
        # The same request once more: the run goes on, its message is not sent again.
        return listen_again(request, _place(runner, body))
    config = options_of(generation_of(request).built, body, streams=True)
    # Found out before the stream starts, while the status can still tell.
    await _check_session(runner, body)
    config = _signed(config, await check_answers(request, runner, body))
    runs = runs_of(request)
    run_id = runs.new_id()
    frames = FrameLog(limit=_KEPT_BYTES if runs.lasting else _AHEAD_BYTES, keep=runs.lasting)
    writer = FrameWriter(
        frames, run_id if runs.lasting else None, whole=bool(body.function_call_event_id)
    )
    active = await _start(
        request,
        _place(runner, body),
        lambda: writer.write(_events(runner, body, config), _lease(request)),
        run_id=run_id,
        frames=frames,
    )
    return stream_response(active, last=not runs.lasting)


async def _start(
    request: Request,
    place: Place,
    work: Callable[[], Coroutine[None, None, T]],
    *,
    run_id: str | None = None,
    frames: FrameLog | None = None,
) -> ActiveRun[T]:
    """Starts a run when it is the user's turn; the next one's comes when it has ended."""
    leave = await slots_of(request).take(place.user_id)
    active = runs_of(request).start(place, work(), run_id=run_id, frames=frames)
    active.work.add_done_callback(lambda _: leave())
    return active


def _events(runner: AppRunner, body: RunRequest, config: RunConfig) -> AsyncGenerator[Event, None]:
    return runner.run_async(
        user_id=body.user_id,
        session_id=body.session_id,
        invocation_id=body.invocation_id,
        new_message=body.new_message,
        state_delta=body.state_delta,
        run_config=config,
    )


def _signed(config: RunConfig, signature: dict[str, Any]) -> RunConfig:
    """Adds what clients cannot write themselves to what the events of a run carry."""
    if not signature:
        return config
    metadata = {**(config.custom_metadata or {}), **signature}
    return config.model_copy(update={"custom_metadata": metadata})


def _place(runner: AppRunner, body: RunRequest) -> Place:
    return Place(runner.app_name, body.user_id, body.session_id)


def _lease(request: Request) -> AbstractAsyncContextManager[Any]:
    """Keeps the generation for a run that may outlive its request."""
    return generation_of(request).lease() if runs_of(request).lasting else nullcontext()


async def _check_session(runner: AppRunner, body: RunRequest) -> None:
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


async def _collect(
    events: AsyncGenerator[Event, None], lease: AbstractAsyncContextManager[Any]
) -> list[Event]:
    collected = []
    async with lease, aclosing(events):
        async for event in events:
            current_invocation.set(event.invocation_id)
            collected.append(event)
    return collected


async def _heard(request: Request, active: ActiveRun[list[Event]]) -> list[Event]:
    """Awaits a run; when the client goes away the run ends, unless runs last.

    Raises:
        ClientDisconnect: it went.
        Problem: 409, the run was cancelled meanwhile.
    """
    leaving = asyncio.ensure_future(_disconnect(request))
    try:
        await asyncio.wait({active.work, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not active.work.done():
            raise ClientDisconnect
        if active.work.cancelled():
            raise Problem(409, "the run was cancelled")
        return active.work.result()
    finally:
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        if not runs_of(request).lasting:
            await active.cancel()


async def _disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


ROUTES = [
    Route("/run", run, methods=["POST"]),
    Route("/run_sse", run_sse, methods=["POST"]),
]

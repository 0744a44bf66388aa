"""Live conversations with an app, over a websocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Literal, Self

from google.genai import types
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from adkconf.agents.live_request_queue import LiveRequest, LiveRequestQueue
from adkconf.agents.run_config import RunConfig
from adkconf.apps.app_runner import AppRunner
from adkconf.errors import (
    AppNotFoundError,
    ServiceError,
    SessionBusyError,
    SessionNotFoundError,
)
from adkconf.events.event import Event
from adkconf.server.access.tenants import check_user
from adkconf.server.pin import generation_of, pin
from adkconf.server.problems import Problem, answer_of, log_failure, problem_response
from adkconf.server.running.pending_calls import has_answers
from adkconf.server.running.run_slots import slots_of
from adkconf.server.wire import Id, event_json, refuse_what_is_not_finite

# What a client sends faster than the model takes it waits in the network.
_MAX_WAITING = 32
# The protocol's limit, in bytes.
_MAX_REASON = 123
_DEFAULT_AVATAR = "Kai"

_Take = Callable[[LiveRequest], Awaitable[None]]

# As google-adk refuses a handshake, whatever is wrong.
_REFUSED = 403
_PROTOCOL_ERROR = 1002
_INVALID_DATA = 1007
_POLICY_VIOLATION = 1008
_INTERNAL_ERROR = 1011
_TRY_AGAIN_LATER = 1013


class LiveQuery(BaseModel):
    """The query of `/run_live`; what is left out is as the app has it."""

    app_name: str | None = None
    user_id: Id
    session_id: Id
    modalities: list[Literal["TEXT", "AUDIO", "VIDEO"]] | None = None
    proactive_audio: bool | None = None
    enable_affective_dialog: bool | None = None
    enable_session_resumption: bool | None = None
    save_live_blob: bool | None = None
    explicit_vad_signal: bool | None = None

    @classmethod
    def of(cls, params: QueryParams) -> Self:
        """Reads the query; `modalities` may be repeated.

        Raises:
            ValidationError: it does not fit.
        """
        modalities = params.getlist("modalities") or None
        return cls.model_validate({**params, "modalities": modalities})

    def changed(self, default: RunConfig) -> RunConfig:
        """Returns the app's configuration with what the query asks for."""
        changes: dict[str, Any] = {
            name: value
            for name in ("enable_affective_dialog", "save_live_blob", "explicit_vad_signal")
            if (value := getattr(self, name)) is not None
        }
        if self.modalities is not None:
            changes["response_modalities"] = [types.Modality(name) for name in self.modalities]
            if "VIDEO" in self.modalities and default.avatar_config is None:
                changes["avatar_config"] = types.AvatarConfig(avatar_name=_DEFAULT_AVATAR)
        if self.proactive_audio is not None:
            changes["proactivity"] = types.ProactivityConfig(proactive_audio=self.proactive_audio)
        if self.enable_session_resumption is not None:
            changes["session_resumption"] = types.SessionResumptionConfig(
                transparent=self.enable_session_resumption
            )
        return default.model_copy(update=changes)


class _BadMessageError(Exception):
    """A message that is no LiveRequest."""


async def run_live(socket: WebSocket) -> None:
    """Takes LiveRequests and sends events, as JSON texts, until either side hangs up.

    A query that does not fit, another user's too, and an app that is not there, are refused before
    the handshake, so that the client sees status 403; so is one run too many, with 429 or 503.
    Later the close code tells what was wrong; 1008 that an answer is to a call that waits for none.
    """
    try:
        query = LiveQuery.of(socket.query_params)
        check_user(socket, query.user_id)
        runner = await pin(socket, query.app_name)
        leave = await slots_of(socket).take(query.user_id)
    except (ValidationError, AppNotFoundError) as error:
        await socket.send_denial_response(problem_response(_REFUSED, _told(error)))
        return
    except Problem as problem:
        await socket.send_denial_response(answer_of(problem))
        return
    try:
        await _live(socket, query, runner)
    finally:
        leave()


async def _live(socket: WebSocket, query: LiveQuery, runner: AppRunner) -> None:
    await socket.accept()
    queue = LiveRequestQueue(_MAX_WAITING)
    events = runner.run_live(
        live_request_queue=queue,
        user_id=query.user_id,
        session_id=query.session_id,
        run_config=query.changed(generation_of(socket).built.run_config),
    )

    async def take(request: LiveRequest) -> None:
        # What comes after a client's goodbye is not for the run.
        if not queue.closed:
            await has_answers(runner, query.user_id, query.session_id, request.content)
            await queue.put(request)

    try:
        await _converse(socket, take, events)
    except WebSocketDisconnect:
        return
    except Exception as error:  # agents, tools and models raise anything
        await socket.close(*_verdict(error))
    else:
        await socket.close()


async def _converse(socket: WebSocket, take: _Take, events: AsyncGenerator[Event, None]) -> None:
    """Sends and receives at the same time, until the run or the client ends it."""
    speaking = asyncio.create_task(_speak(socket, events))
    listening = asyncio.create_task(_listen(socket, take))
    both = (speaking, listening)
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)
    for task in both:
        if not task.cancelled():
            task.result()


async def _speak(socket: WebSocket, events: AsyncGenerator[Event, None]) -> None:
    async with aclosing(events):
        async for event in events:
            await socket.send_text(event_json(event))


async def _listen(socket: WebSocket, take: _Take) -> None:
    """Reads until the client has gone."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1006))
        await take(_request(message.get("text")))


def _request(text: str | None) -> LiveRequest:
    if text is None:
        raise _BadMessageError("send LiveRequests as JSON text, not as binary messages")
    try:
        request = LiveRequest.model_validate_json(text)
        refuse_what_is_not_finite(text.encode())
    except ValidationError as error:
        raise _BadMessageError(f"not a LiveRequest: {_told(error)}") from error
    except Problem as error:
        raise _BadMessageError("not a LiveRequest: numbers must be finite") from error
    return request


def _verdict(error: Exception) -> tuple[int, str]:
    """Returns the close code and the reason for an error."""
    match error:
        case SessionNotFoundError():
            return _PROTOCOL_ERROR, "Session not found"
        case _BadMessageError():
            return _INVALID_DATA, _shortened(str(error))
        case Problem():
            return _POLICY_VIOLATION, _shortened(str(error))
        case SessionBusyError():
            return _TRY_AGAIN_LATER, _shortened(str(error))
    log_failure("/run_live", error)
    if isinstance(error, ServiceError):
        return _TRY_AGAIN_LATER, "a backend of this app is not available; try again later"
    return _INTERNAL_ERROR, _shortened(str(error) or type(error).__name__)


def _told(error: Exception) -> str:
    """Returns one line on an error; of several faults of what a client sent, the first."""
    if not isinstance(error, ValidationError):
        return str(error)
    fault = error.errors(include_url=False)[0]
    return f"{'.'.join(str(step) for step in fault['loc'])}: {fault['msg']}".removeprefix(": ")


def _shortened(reason: str) -> str:
    return reason.encode()[:_MAX_REASON].decode(errors="ignore")


ROUTES = [WebSocketRoute("/run_live", run_live)]

"""Sessions: create, read, list, change state, delete."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adkconf.errors import AlreadyExistsError, SessionNotFoundError
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.server.pin import runner_of
from adkconf.server.problems import Problem
from adkconf.server.wire import (
    RESERVED_CALLS,
    RESTORED_EVENT_KEY,
    CreateSessionRequest,
    State,
    UpdateSessionRequest,
    path_id,
    public_metadata,
    read_body,
    session_response,
    sessions_response,
)
from adkconf.sessions.session import Session
from adkconf.sessions.session_page import PageRequest, Position

NEXT_PAGE = "X-Next-Page-Token"
LARGEST_PAGE = 1000


async def create_session(request: Request) -> Response:
    """Creates a session, optionally with an id, state and past events; the body may be empty."""
    body = CreateSessionRequest()
    if await request.body() not in {b"", b"null"}:
        body = await read_body(request, CreateSessionRequest)
    if body.options:
        raise Problem(400, "the session service of this app takes no options")
    events = body.events or []
    for index, event in enumerate(events):
        _check_restorable(index, event)
    session = await _create(request, state=body.state, session_id=body.session_id)
    service = runner_of(request).session_service
    for event in events:
        marked = {**(public_metadata(event.custom_metadata) or {}), RESTORED_EVENT_KEY: True}
        await service.append_event(session, event.model_copy(update={"custom_metadata": marked}))
    return session_response(session)


async def create_session_with_id(request: Request) -> Response:
    """Creates a session with the id of the path; the body is its state, or empty."""
    state = None
    if await request.body() not in {b"", b"null"}:
        state = (await read_body(request, State)).root
    session_id = path_id(request, "session_id")
    return session_response(await _create(request, state=state, session_id=session_id))


async def get_session(request: Request) -> Response:
    """Answers with a session and all its events."""
    return session_response(await load_session(request, path_id(request, "session_id")))


async def list_sessions(request: Request) -> Response:
    """Answers with the user's sessions, without their events: all, or a page.

    With `page_size` the answer has at most so many, in the order of their ids; where more follow,
    the header `X-Next-Page-Token` has what to ask for them with as `page_token`.
    """
    runner, user_id = runner_of(request), path_id(request, "user_id")
    if not request.query_params.keys() & {"page_size", "page_token"}:
        listed = await runner.session_service.list_sessions(
            app_name=runner.app_name, user_id=user_id
        )
        return sessions_response(listed.sessions)
    page = await runner.session_service.list_session_page(_page(request, runner.app_name, user_id))
    response = sessions_response(page.sessions)
    if page.next is not None:
        response.headers[NEXT_PAGE] = page.next.token
    return response


def _page(request: Request, app_name: str, user_id: str) -> PageRequest:
    size = request.query_params.get("page_size", str(LARGEST_PAGE))
    if not (size.isascii() and size.isdigit() and 1 <= int(size[:5]) <= LARGEST_PAGE):
        raise Problem(422, f"page_size must be a number from 1 to {LARGEST_PAGE}")
    token = request.query_params.get("page_token")
    behind = Position.parse(token) if token else None
    return PageRequest(app_name=app_name, user_id=user_id, size=int(size), behind=behind)


async def update_session(request: Request) -> Response:
    """Changes state by an event of the user's, without a run."""
    delta = (await read_body(request, UpdateSessionRequest)).state_delta
    session = await load_session(request, path_id(request, "session_id"))
    event = Event(
        invocation_id=f"p-{uuid4()}", author="user", actions=EventActions(state_delta=delta)
    )
    await runner_of(request).session_service.append_event(session, event)
    return session_response(session)


async def delete_session(request: Request) -> Response:
    """Deletes a session; one that is not there is fine too."""
    runner = runner_of(request)
    await runner.session_service.delete_session(
        app_name=runner.app_name,
        user_id=path_id(request, "user_id"),
        session_id=path_id(request, "session_id"),
    )
    return JSONResponse(None)


async def _create(
    request: Request, *, state: dict[str, Any] | None, session_id: str | None
) -> Session:
    runner = runner_of(request)
    try:
        return await runner.session_service.create_session(
            app_name=runner.app_name,
            user_id=path_id(request, "user_id"),
            state=state,
            session_id=session_id,
        )
    except AlreadyExistsError as error:
        raise AlreadyExistsError(f"Session already exists: {session_id}") from error


async def load_session(request: Request, session_id: str) -> Session:
    """Loads a session of the path's user.

    Raises:
        SessionNotFoundError: there is none.
    """
    runner = runner_of(request)
    session = await runner.session_service.get_session(
        app_name=runner.app_name,
        user_id=path_id(request, "user_id"),
        session_id=session_id,
    )
    if session is None:
        raise SessionNotFoundError("Session not found")
    return session


def _check_restorable(index: int, event: Event) -> None:
    """Refuses what only the runtime may write; calls and results of tools are history and pass."""
    names = {call.name for call in event.get_function_calls()}
    names |= {response.name for response in event.get_function_responses()}
    if event.long_running_tool_ids:
        forbidden = "long-running tool IDs"
    elif event.actions != EventActions():
        forbidden = "event actions"
    elif not names.isdisjoint(RESERVED_CALLS):
        forbidden = "ADK protocol function calls"
    else:
        return
    raise Problem(400, f"Session initialization event {index} cannot include {forbidden}.")


_SESSIONS = "/apps/{app_name}/users/{user_id}/sessions"
_SESSION = f"{_SESSIONS}/{{session_id}}"

ROUTES = [
    Route(_SESSIONS, create_session, methods=["POST"]),
    Route(_SESSIONS, list_sessions, methods=["GET"]),
    Route(_SESSION, create_session_with_id, methods=["POST"]),
    Route(_SESSION, get_session, methods=["GET"]),
    Route(_SESSION, update_session, methods=["PATCH"]),
    Route(_SESSION, delete_session, methods=["DELETE"]),
]

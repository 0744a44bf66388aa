"""Takes a session back to where it was before one of its runs; adkconf's own route."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adkconf.server.pin import runner_of
from adkconf.server.routes.sessions import load_session
from adkconf.server.wire import RewindRequest, path_id, read_body, session_response


async def rewind(request: Request) -> Response:
    """Undoes a run and all after it, and answers with the session as it is then.

    A session or a run that is not there is a 404.
    """
    body = await read_body(request, RewindRequest)
    session_id = path_id(request, "session_id")
    await runner_of(request).rewind_async(
        user_id=path_id(request, "user_id"),
        session_id=session_id,
        rewind_before_invocation_id=body.invocation_id,
    )
    return session_response(await load_session(request, session_id))


ROUTES = [
    Route(
        "/apps/{app_name}/users/{user_id}/sessions/{session_id}/rewind", rewind, methods=["POST"]
    ),
]

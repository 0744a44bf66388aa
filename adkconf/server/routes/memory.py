"""The long-term memory."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adkconf.server.pin import runner_of
from adkconf.server.problems import Problem
from adkconf.server.routes.sessions import load_session
from adkconf.server.wire import UpdateMemoryRequest, read_body


async def add_session(request: Request) -> Response:
    """Adds a session of the user's to the memory."""
    body = await read_body(request, UpdateMemoryRequest)
    memory = runner_of(request).memory_service
    if memory is None:
        raise Problem(400, "Memory service is not configured.")
    await memory.add_session_to_memory(await load_session(request, body.session_id))
    return JSONResponse(None)


ROUTES = [
    Route("/apps/{app_name}/users/{user_id}/memory", add_session, methods=["PATCH"]),
]

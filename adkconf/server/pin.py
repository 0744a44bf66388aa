"""Ties each request to the generation that is current when it comes."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adkconf.errors import AppNotFoundError, ServiceUnavailableError
from adkconf.launch.generation import Generation
from adkconf.launch.live import Live
from adkconf.runners import Runner
from adkconf.server.problems import log_failure, problem_response, unknown_problem

# Service Restart: clients connect again.
_CUT = {"type": "websocket.close", "code": 1012, "reason": "the app was replaced"}


class Pin:
    """Leases the current generation for the whole of a request, its streamed answer included.

    Outermost but for the guard, so it is also where errors end that nobody foresaw.
    """

    def __init__(self, app: ASGIApp, live: Live) -> None:
        self.app = app
        self.live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            async with self.live.lease() as generation:
                scope.setdefault("state", {}).update(live=self.live, generation=generation)
                await self.app(scope, receive, noting)
        except ServiceUnavailableError as error:  # the generation's drain deadline
            if not started:
                await problem_response(error.http_status, str(error))(scope, receive, send)
            elif scope["type"] == "websocket":
                await send(_CUT)
        except Exception as error:  # also those that Starlette answered: it raises them again
            log_failure(scope["path"], error)
            if not started:
                await unknown_problem()(scope, receive, send)


def generation_of(request: HTTPConnection) -> Generation:
    """The generation that answers this request."""
    generation: Generation = request.state.generation
    return generation


def live_of(request: HTTPConnection) -> Live:
    """What the server serves."""
    live: Live = request.state.live
    return live


def runner_of(request: HTTPConnection, app_name: str | None = None) -> Runner:
    """The runner of an app by its name: of the path, or given; None means the only app.

    Raises:
        AppNotFoundError: the server does not serve an app of this name.
    """
    runner = generation_of(request).built.runner
    name = app_name or request.path_params.get("app_name") or runner.app_name
    if name != runner.app_name:
        raise AppNotFoundError(f"App not found: {name!r}; this server serves {runner.app_name!r}")
    return runner

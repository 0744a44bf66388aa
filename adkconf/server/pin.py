"""Ties each request to the generation of its app that is current when it comes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adkconf.apps.app_runner import AppRunner
from adkconf.errors import ServiceUnavailableError
from adkconf.launch.fleet import Fleet
from adkconf.launch.generation import Generation
from adkconf.server.problems import log_failure, problem_response, unknown_problem

Prepare = Callable[[AppRunner], object]

# Service Restart: clients connect again.
_CUT = {"type": "websocket.close", "code": 1012, "reason": "the app was replaced"}


class Pins:
    """The leases of one request, held until its answer is over."""

    def __init__(self, fleet: Fleet, leases: AsyncExitStack, prepare: Prepare) -> None:
        self.fleet = fleet
        self.generation: Generation | None = None
        self._leases = leases
        self._prepare = prepare

    async def pin(self, app_name: str | None) -> Generation:
        """Leases the current generation of an app; None means the only one.

        Raises:
            AppNotFoundError: the server does not serve an app of this name.
        """
        lease = self.fleet.find(app_name).lease()
        self.generation = await self._leases.enter_async_context(lease)
        self._prepare(self.generation.built.runner)
        return self.generation

    def forget(self) -> None:
        """Lets the generation go: a kept connection remembers its last request, and this."""
        self.generation = None


class Pin:
    """Gives each request its pins, for the whole of its answer, a streamed one included.

    Outermost but for the guard, so it is also where errors end that nobody foresaw. `prepare` is
    called with a runner before it answers.
    """

    def __init__(self, app: ASGIApp, fleet: Fleet, prepare: Prepare) -> None:
        self.app = app
        self.fleet = fleet
        self.prepare = prepare

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
            async with AsyncExitStack() as leases:
                pins = Pins(self.fleet, leases, self.prepare)
                scope.setdefault("state", {})["pins"] = pins
                leases.callback(pins.forget)
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


class PinPath:
    """Pins a request to the app that its path names."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        await _pins(scope).pin(scope["path_params"]["app_name"])
        await self.app(scope, receive, send)


def fleet_of(request: HTTPConnection) -> Fleet:
    """The apps of the server."""
    return _pins(request.scope).fleet


async def pin(request: HTTPConnection, app_name: str | None) -> AppRunner:
    """Pins a request to an app that its body or its query names; None means the only one.

    Raises:
        AppNotFoundError: the server does not serve an app of this name.
    """
    return (await _pins(request.scope).pin(app_name)).built.runner


def generation_of(request: HTTPConnection) -> Generation:
    """The generation that answers this request."""
    generation = _pins(request.scope).generation
    assert generation is not None
    return generation


def runner_of(request: HTTPConnection) -> AppRunner:
    """The runner that answers this request."""
    return generation_of(request).built.runner


def _pins(scope: Scope) -> Pins:
    pins: Pins = scope["state"]["pins"]
    return pins

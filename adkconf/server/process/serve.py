"""Listens, serves, and stops in good order."""

from __future__ import annotations

import asyncio
import math
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from adkconf.launch.fleet import Fleet
from adkconf.launch.housekeeping import keep_house
from adkconf.launch.live import Loader, Observer
from adkconf.server.access.admission import Admission, check_bind
from adkconf.server.app import create_app
from adkconf.server.process.connections import http_protocol, websocket_protocol
from adkconf.server.process.console import Console
from adkconf.server.process.garbage import search
from adkconf.server.process.listening import listening, url_of
from adkconf.server.process.stopping import on_signals, when_orphaned
from adkconf.server.process.worker_place import WorkerPlace
from adkconf.server.settings import Settings

# Runs that are cut end at once; this is for those that will not.
_STUBBORN_SECONDS = 10


async def serve(
    loaders: Sequence[tuple[str, Loader]],
    settings: Settings,
    console: Console,
    *,
    follow: bool,
    place: WorkerPlace | None = None,
    admission: Admission | None = None,
    observe: Callable[[str], Observer] | None = None,
) -> None:
    """Serves apps until SIGINT or SIGTERM; with `follow`, and at SIGHUP, edits are taken over live.

    A first signal lets requests finish within `settings.drain_seconds`, a second one cuts them.
    `admission` lets in whom `settings` do, until it is told of others; `observe` makes what is told
    of an app's reloads, instead of the console.

    Raises:
        ConfigError: the first app cannot be built, or the host is public without authentication.
        ServiceError: the address cannot be had.
    """
    check_bind(settings)
    admission = admission or Admission(settings)
    with _own(place.listener) if place else listening(settings) as listener:
        fleet = Fleet(
            loaders, drain_seconds=settings.drain_seconds, observe=observe or console.observer
        )
        try:
            await fleet.start()

            def started() -> None:
                search()
                console.started(fleet, url_of(listener), following=follow)

            async with _beside(keep_house(fleet)), _following(fleet, console, follow):
                await _serve(fleet, admission, listener, console, place, started)
        finally:
            await fleet.close()


@contextmanager
def _own(number: int) -> Iterator[socket.socket]:
    with socket.socket(fileno=number) as listener:
        yield listener


async def _serve(
    fleet: Fleet,
    admission: Admission,
    listener: socket.socket,
    console: Console,
    place: WorkerPlace | None,
    started: Callable[[], None],
) -> None:
    settings = admission.settings
    server = _Server(
        uvicorn.Config(
            create_app(fleet, settings, admission),
            # Failures are logged where they happen, in one line; uvicorn would add tracebacks.
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            http=http_protocol(lambda: admission.settings.limits),
            ws=websocket_protocol(lambda: admission.settings.limits),
            ws_max_size=settings.max_body_bytes,
            timeout_graceful_shutdown=math.ceil(settings.drain_seconds) + _STUBBORN_SECONDS,
        ),
        started,
    )
    tasks: set[asyncio.Task[None]] = set()

    def stop() -> None:
        if server.should_exit:
            fleet.cut()
            return
        server.should_exit = True
        console.stopping(fleet.in_flight)
        tasks.add(asyncio.create_task(fleet.drain()))

    def reload() -> None:
        tasks.add(asyncio.create_task(fleet.reload()))

    handlers = {signal.SIGINT: stop, signal.SIGTERM: stop}
    if hasattr(signal, "SIGHUP"):
        handlers[signal.SIGHUP] = reload
    with on_signals(handlers), when_orphaned(place, stop):
        await server.serve(sockets=[listener])
    await asyncio.gather(*tasks)


class _Server(uvicorn.Server):
    """uvicorn's server without its own signal handlers; it tells when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _following(fleet: Fleet, console: Console, follow: bool) -> AsyncIterator[None]:
    if not follow:
        yield
        return
    # Only those who follow pay for the import.
    from adkconf.launch import watch

    async def following(live: watch.Reloading) -> None:
        try:
            await watch.follow(live)
        except Exception as error:  # too many watches, for one; the app goes on without
            console.not_following(error)

    async with _beside(*(following(member.live) for member in fleet.members)):
        yield


@asynccontextmanager
async def _beside(*work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Does work of its own while the body runs."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

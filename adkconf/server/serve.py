"""Listens, serves, and stops in good order."""

from __future__ import annotations

import asyncio
import math
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TextIO

import uvicorn

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loaded import Loaded
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.server import ServerSpec
from adkconf.errors import ConfigError, MissingExtraError
from adkconf.launch.fleet import Fleet
from adkconf.launch.housekeeping import keep_house
from adkconf.launch.live import Loader, Observer
from adkconf.launch.loader import FileLoader
from adkconf.server.access_reload import AccessLoader, admit, needs_restart
from adkconf.server.admission import Admission, check_bind
from adkconf.server.app import create_app
from adkconf.server.connections import http_protocol, websocket_protocol
from adkconf.server.console import Console
from adkconf.server.listening import listening, url_of
from adkconf.server.observed import meter_maker
from adkconf.server.settings import Settings
from adkconf.server.worker_place import WorkerPlace

# Runs that are cut end at once; this is for those that will not.
_STUBBORN_SECONDS = 10


Renderer = Callable[[Sequence[Diagnostic], Mapping[str, str]], str]


@dataclass(frozen=True)
class Source:
    """A file with an app; `read` loads it, again at each reload."""

    label: str
    read: Callable[[], Loaded]


def serve_files(
    sources: Sequence[Source],
    spec: AppSpec,
    settings: Settings,
    *,
    render: Renderer,
    stream: TextIO,
    follow: bool = False,
    place: WorkerPlace | None = None,
) -> None:
    """Serves the apps of files until a signal; what the `serve` command does.

    `spec` is what the first file says now: the server is as it describes. `render` makes text of
    diagnostics and the sources that they point into. `place` is for one of several workers.

    Raises:
        ConfigError: the first app cannot be built, or the host is public without authentication.
        ServiceError: the address cannot be had.
    """
    first, *others = sources
    _check_metrics(spec.server)
    admission = admit(spec.server, settings)
    access = AccessLoader(FileLoader(lambda: noting(first.read())), admission)
    loaders: list[tuple[str, AccessLoader | FileLoader]] = [
        (first.label, access),
        *((source.label, FileLoader(source.read)) for source in others),
    ]
    console = Console(
        stream,
        lambda found: render(found, {k: v for _, one in loaders for k, v in one.sources.items()}),
        several=bool(others),
    )

    def noting(loaded: Loaded) -> Loaded:
        if loaded.spec is not None:
            if needs_restart(loaded.spec.server, spec.server):
                console.needs_restart("the server section")
            if loaded.spec.apps != spec.apps:
                console.needs_restart("the apps section")
        return loaded

    def observer(label: str) -> Observer:
        told = console.observer(label)
        return access.observing(told) if label == first.label else told

    serving = serve(
        loaders,
        settings,
        console,
        follow=follow,
        place=place,
        admission=admission,
        observe=observer,
    )
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(serving)


def _check_metrics(server: ServerSpec) -> None:
    """Finds out before the app is built, and tells the line.

    Raises:
        ConfigError: the extra is missing.
    """
    if not server.metrics:
        return
    try:
        meter_maker()
    except MissingExtraError as error:
        found = server.diagnostic("E703", str(error), steps=("metrics",))
        raise ConfigError(str(error), diagnostics=[found]) from error


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
            console.started(fleet, url_of(listener), following=follow)
            async with _beside(keep_house(fleet)), _following(fleet, console, follow):
                await _serve(fleet, admission, listener, console, place)
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
        )
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
    with _on_signals(handlers), _orphaned(place, stop):
        await server.serve(sockets=[listener])
    await asyncio.gather(*tasks)


class _Server(uvicorn.Server):
    """uvicorn's server without its own signal handlers."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def _on_signals(handlers: Mapping[signal.Signals, Callable[[], None]]) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def handle(number: int, _: object) -> None:
        loop.call_soon_threadsafe(handlers[signal.Signals(number)])

    before = {number: signal.signal(number, handle) for number in handlers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _orphaned(place: WorkerPlace | None, stop: Callable[[], None]) -> Iterator[None]:
    """Stops a worker whose parent is gone: nobody else would."""
    if place is None:
        yield
        return
    lifeline, loop = place.lifeline, asyncio.get_running_loop()

    def cut() -> None:
        loop.remove_reader(lifeline)
        stop()

    loop.add_reader(lifeline, cut)
    try:
        yield
    finally:
        loop.remove_reader(lifeline)


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


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # the extra `speed`
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory

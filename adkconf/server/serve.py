"""Listens, serves, and stops in good order."""

from __future__ import annotations

import asyncio
import errno
import math
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TextIO

import uvicorn

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loaded import Loaded
from adkconf.config.spec.server import ServerSpec
from adkconf.errors import ServiceError
from adkconf.launch.live import Live, Loader
from adkconf.launch.loader import FileLoader
from adkconf.server.app import create_app
from adkconf.server.console import Console
from adkconf.server.guard import check_bind
from adkconf.server.settings import Settings

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Runs that are cut end at once; this is for those that will not.
_STUBBORN_SECONDS = 10


Renderer = Callable[[Sequence[Diagnostic], Mapping[str, str]], str]


def serve_file(
    read: Callable[[], Loaded],
    spec: ServerSpec,
    *,
    render: Renderer,
    stream: TextIO,
    host: str | None = None,
    port: int | None = None,
    follow: bool = False,
) -> None:
    """Serves the app of a file until a signal; what the `serve` command does.

    `read` loads the file, again at each reload; `spec` is what its `server` section says now;
    `render` makes text of diagnostics and the sources that they point into.

    Raises:
        ConfigError: the app cannot be built, or the host is public without authentication.
        ServiceError: the address cannot be had.
    """
    loader = FileLoader(lambda: noting(read()))
    console = Console(stream, lambda found: render(found, loader.sources))

    def noting(loaded: Loaded) -> Loaded:
        if loaded.spec is not None and loaded.spec.server != spec:
            console.needs_restart()
        return loaded

    settings = Settings.of(spec, host=host, port=port)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(serve(loader, settings, console, follow=follow))


async def serve(loader: Loader, settings: Settings, console: Console, *, follow: bool) -> None:
    """Serves an app until SIGINT or SIGTERM; with `follow`, edits are taken over live.

    A first signal lets requests finish within `settings.drain_seconds`, a second one cuts them.

    Raises:
        ConfigError: the app cannot be built, or the host is public without authentication.
        ServiceError: the address cannot be had.
    """
    check_bind(settings)
    with _listener(settings) as listener:
        live = Live(loader, drain_seconds=settings.drain_seconds, observer=console.changed)
        try:
            await live.start()
            watched = len(live.files) if follow else None
            name = live.current.built.runner.app_name
            console.started(name, _url(listener), live.status(), watched)
            async with _following(live, console, follow):
                await _serve(live, settings, listener, console)
        finally:
            await live.close()


async def _serve(live: Live, settings: Settings, listener: socket.socket, console: Console) -> None:
    server = _Server(
        uvicorn.Config(
            create_app(live, settings),
            # Failures are logged where they happen, in one line; uvicorn would add tracebacks.
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            proxy_headers=False,
            server_header=False,
            ws="websockets-sansio",
            ws_max_size=settings.max_body_bytes,
            timeout_graceful_shutdown=math.ceil(settings.drain_seconds) + _STUBBORN_SECONDS,
        )
    )
    draining: list[asyncio.Task[None]] = []

    def stop() -> None:
        if server.should_exit:
            live.cut()
            return
        server.should_exit = True
        console.stopping(live.status().in_flight)
        draining.append(asyncio.get_running_loop().create_task(live.drain()))

    with _on_signals(stop):
        await server.serve(sockets=[listener])
    await asyncio.gather(*draining)


class _Server(uvicorn.Server):
    """uvicorn's server without its own signal handlers."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def _on_signals(stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number in _SIGNALS:
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@asynccontextmanager
async def _following(live: Live, console: Console, follow: bool) -> AsyncIterator[None]:
    if not follow:
        yield
        return
    task = asyncio.create_task(_follow(live, console))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _follow(live: Live, console: Console) -> None:
    # Only those who follow pay for the import.
    from adkconf.launch import watch

    try:
        await watch.follow(live)
    except Exception as error:  # too many watches, for one; the app goes on without
        console.not_following(error)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # the extra `speed`
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


@contextmanager
def _listener(settings: Settings) -> Iterator[socket.socket]:
    """Takes the address before the app is built: who cannot have it learns so at once."""
    host, port = settings.host.strip("[]"), settings.port
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise ServiceError(f"cannot listen on {host}:{port}: {_reason(error)}") from error
    with listener:
        yield listener


def _reason(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "the port is in use; stop the other server, or choose another with --port"
    if error.errno == errno.EACCES:
        return "that needs more rights; choose a port from 1024 up with --port"
    return error.strerror or str(error)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

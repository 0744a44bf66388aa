"""Serves the apps of files: reads them, reloads them, tells of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loaded import Loaded
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.server import ServerSpec
from adkconf.errors import ConfigError, MissingExtraError
from adkconf.launch.live import Observer
from adkconf.launch.loader import FileLoader
from adkconf.server.access.access_reload import AccessLoader, admit, needs_restart
from adkconf.server.observing.observed import meter_maker
from adkconf.server.process.console import Console
from adkconf.server.process.garbage import spare_what_is
from adkconf.server.process.serve import serve
from adkconf.server.process.worker_place import WorkerPlace
from adkconf.server.settings import Settings

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
    if place is not None:
        settings = replace(settings, worker=place.number)
    admission = admit(spec.server, settings)
    access = AccessLoader(FileLoader(lambda: _noted(first.read(), spec, console)), admission)
    loaders: list[tuple[str, AccessLoader | FileLoader]] = [
        (first.label, access),
        *((source.label, FileLoader(source.read)) for source in others),
    ]
    console = Console(
        # A reader of JSON takes no lines of other kinds.
        None if spec.server.log_format == "json" else stream,
        lambda found: render(found, {k: v for _, one in loaders for k, v in one.sources.items()}),
        several=bool(others),
    )

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
    spare_what_is()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(serving)


def _noted(loaded: Loaded, running: AppSpec, console: Console) -> Loaded:
    """Tells of edits that only a restart takes over."""
    if loaded.spec is not None:
        if needs_restart(loaded.spec.server, running.server):
            console.needs_restart("the server section")
        if loaded.spec.apps != running.apps:
            console.needs_restart("the apps section")
    return loaded


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


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # the extra `speed`
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory

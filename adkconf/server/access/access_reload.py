"""Whom the server lets in, taken over from the file like the app: as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.spec.server import ServerSpec
from adkconf.config.spec.taking_effect import LIVE_SERVER_KEYS
from adkconf.errors import ConfigError
from adkconf.launch.generation import Built
from adkconf.launch.live import Observer, Status
from adkconf.launch.loader import FileLoader
from adkconf.server.access.admission import Admission
from adkconf.server.settings import Settings

_NOT_USABLE = "E703"


def needs_restart(server: ServerSpec, running: ServerSpec) -> bool:
    """Tells whether a server section is different in what a reload cannot take over."""
    left_out = LIVE_SERVER_KEYS
    return server.model_dump(exclude=left_out) != running.model_dump(exclude=left_out)


def admit(server: ServerSpec, settings: Settings) -> Admission:
    """Makes the admission that a server starts with.

    Raises:
        ConfigError: signed tokens are wanted and cannot be checked; it tells where.
    """
    with _placed(server):
        return Admission(settings)


@dataclass
class AccessLoader:
    """Loads the app of the file whose server section counts; a section that cannot is refused."""

    loader: FileLoader
    admission: Admission
    _adopt: Callable[[], None] | None = field(default=None, init=False)

    @property
    def files(self) -> frozenset[Path]:
        """The files that the last load wanted to read."""
        return self.loader.files

    @property
    def sources(self) -> Mapping[str, str]:
        """The texts that the diagnostics of the last load point into, by file."""
        return self.loader.sources

    async def load(self, previous: Built | None) -> Built:
        """Reads, builds, and makes ready to let in whom the file says.

        Raises:
            ConfigError: the file is wrong, its app cannot be built or nobody could be let in.
        """
        self._adopt = None
        built: Any = await self.loader.load(previous)
        server: ServerSpec = built.spec.server
        try:
            with _placed(server):
                prepared = self.admission.prepare(Settings.of(server))
        except ConfigError:
            await built.close(previous)
            raise
        self._adopt = lambda: self.admission.adopt(*prepared)
        return built  # type: ignore[no-any-return]

    def observing(self, observer: Observer) -> Observer:
        """Returns an observer of the app that also lets its callers in once it answers."""

        def observe(status: Status) -> None:
            adopt, self._adopt = self._adopt, None
            if status.rejection is None and adopt is not None:
                adopt()
            observer(status)

        return observe


@contextmanager
def _placed(server: ServerSpec) -> Iterator[None]:
    """Tells where in the file it is written that cannot be done."""
    try:
        yield
    except ConfigError as error:
        section = server.auth.jwt if server.auth and server.auth.jwt else server
        found: Diagnostic = section.diagnostic(_NOT_USABLE, str(error))
        raise ConfigError(str(error), diagnostics=[found]) from error

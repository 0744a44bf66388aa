"""The app that is served now, and how another takes its place."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from adkconf.config.diagnostics import Diagnostic
from adkconf.errors import ServiceUnavailableError
from adkconf.launch.fingerprint import Fingerprint
from adkconf.launch.generation import Built, Generation

logger = logging.getLogger("adkconf.launch")


class Loader(Protocol):
    """Builds the app from its sources as they are now."""

    @property
    def files(self) -> frozenset[Path]:
        """The files that the last `load` wanted to read, missing ones too, also if it failed."""

    async def load(self, previous: Built | None) -> Built:
        """Builds the app, opens its services and checks them.

        Services that `previous` has open under the same configuration are carried over. Work that
        blocks (imports, parsing) is done in threads: runs are streaming meanwhile. When it raises,
        everything that it opened is closed again.

        Raises:
            ConfigError: the app cannot be built; `diagnostics` tells why.
        """


@dataclass(frozen=True)
class Rejection:
    """A load that failed. `at` is in Unix seconds; `sources` are what diagnostics point into."""

    at: float
    message: str
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Status:
    """What is served now. Times are in Unix seconds.

    `generation` is 0 while the app did not start. `rejection` is there while the sources on disk
    are broken; `reloads` and `rejections` count since the start; `draining` counts replaced
    generations that still finish their runs.
    """

    generation: int
    digest: str
    since: float
    in_flight: int
    draining: int
    reloads: int
    rejections: int
    rejection: Rejection | None
    warnings: tuple[Diagnostic, ...]


Observer = Callable[[Status], None]


class Live:
    """Holds the current generation and replaces it as a whole.

    A replaced generation finishes the requests it has for up to `drain_seconds`. A load that
    fails changes nothing but `status()`. `observer` is told of every outcome.
    """

    def __init__(
        self, loader: Loader, *, drain_seconds: float = 30.0, observer: Observer | None = None
    ) -> None:
        self._loader = loader
        self._drain_seconds = drain_seconds
        self._observer = observer
        self._current: Generation | None = None
        self._seen = Fingerprint({})
        self._rejection: Rejection | None = None
        self._reloads = 0
        self._rejections = 0
        self._turn = asyncio.Lock()
        self._asked = 0
        self._answered = 0
        self._retired: dict[Generation, asyncio.Task[None]] = {}
        self._last_end: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Loads the first generation.

        Raises:
            ConfigError: it cannot be built.
        """
        self._current = await self._load(Fingerprint({}), None)

    async def try_start(self) -> None:
        """Loads the first generation; if it cannot be built, a later `reload` may bring it."""
        await self._attempt(Fingerprint({}))

    @property
    def is_up(self) -> bool:
        """Whether there is a generation to answer."""
        return self._current is not None

    @property
    def current(self) -> Generation:
        """The generation that new requests get.

        Raises:
            ServiceUnavailableError: none could be built yet.
        """
        if self._current is None:
            raise ServiceUnavailableError("this app did not start; its diagnostics say why")
        return self._current

    def lease(self) -> AbstractAsyncContextManager[Generation]:
        """Pins the current generation for a request or a run."""
        return self.current.lease()

    @property
    def files(self) -> frozenset[Path]:
        """The files whose change calls for a reload: of what is served and of the last try."""
        served = self._current.built.files if self._current else frozenset()
        return served | self._loader.files

    async def catch_up(self) -> bool:
        """Reloads if a file changed since the last load, good or bad, looked at it; tells so."""
        async with self._turn:
            found = await asyncio.to_thread(Fingerprint.of, self.files)
            if found == self._seen:
                return False
            await self._attempt(found)
            return True

    async def reload(self) -> Status:
        """Replaces the current generation if its sources changed; returns the outcome.

        Calls that come while a load runs share the next one.
        """
        self._asked += 1
        ticket = self._asked
        async with self._turn:
            if self._answered < ticket:
                self._answered = self._asked
                await self._attempt(await asyncio.to_thread(Fingerprint.of, self.files))
        return self.status()

    def status(self) -> Status:
        """Returns a snapshot."""
        current = self._current
        return Status(
            generation=current.number if current else 0,
            digest=current.digest if current else "",
            since=current.started_at if current else 0.0,
            in_flight=current.in_flight if current else 0,
            draining=sum(1 for generation in self._retired if generation.in_flight),
            reloads=self._reloads,
            rejections=self._rejections,
            rejection=self._rejection,
            warnings=tuple(current.built.diagnostics) if current else (),
        )

    async def drain(self) -> None:
        """Waits until no request is left; those that take too long are cut."""
        await asyncio.gather(
            *(generation.drain(self._drain_seconds) for generation in self._generations())
        )

    def cut(self) -> None:
        """Cancels all requests."""
        for generation in self._generations():
            generation.cut()

    async def close(self) -> None:
        """Lets all generations finish, within their deadlines, and closes them."""
        async with self._turn:
            if self._current is not None:
                self._retire(self._current, successor=None)
                self._current = None
            await asyncio.gather(*self._retired.values())

    def _generations(self) -> list[Generation]:
        return [*([self._current] if self._current else []), *self._retired]

    async def _attempt(self, before: Fingerprint) -> None:
        current = self._current
        if current is not None and before.includes(current.fingerprint):
            self._seen = before
            if self._rejection is not None:
                self._conclude(None)
            return
        started = time.time_ns()
        try:
            successor = await self._load(before, current)
        except Exception as error:  # whatever user code raises, the last good app stays
            self._seen = before.extended(self.files, since_ns=started)
            self._rejections += 1
            self._conclude(_rejection(error))
            return
        self._current = successor
        self._reloads += 1
        if current is not None:
            self._retire(current, successor)
        self._conclude(None)

    async def _load(self, before: Fingerprint, previous: Generation | None) -> Generation:
        started = time.time_ns()
        built = await self._loader.load(previous.built if previous else None)
        # Few files are new here, and nothing may cancel a build that nobody holds yet.
        self._seen = before.extended(built.files | self._loader.files, since_ns=started)
        fingerprint = self._seen.extended(built.files, since_ns=started)
        return Generation(previous.number + 1 if previous else 1, built, fingerprint)

    def _conclude(self, rejection: Rejection | None) -> None:
        self._rejection = rejection
        if self._observer is not None:
            self._observer(self.status())

    def _retire(self, generation: Generation, successor: Generation | None) -> None:
        task = asyncio.create_task(self._end(generation, successor, self._last_end))
        self._last_end = self._retired[generation] = task
        task.add_done_callback(lambda _: self._retired.pop(generation))

    async def _end(
        self,
        generation: Generation,
        successor: Generation | None,
        predecessor: asyncio.Task[None] | None,
    ) -> None:
        """Drains and closes a generation, after the one before it.

        A service that both carried is closed by the later one, so the order matters.
        """
        await generation.drain(self._drain_seconds)
        if predecessor is not None:
            await predecessor
        try:
            await generation.built.close(successor.built if successor else None)
        except Exception as error:  # user code closes here too; nobody waits for this task
            logger.error("generation %d did not close cleanly: %s", generation.number, error)


def _rejection(error: Exception) -> Rejection:
    diagnostics = tuple(getattr(error, "diagnostics", ()))
    message = str(error) if diagnostics else f"{type(error).__name__}: {error}"
    sources = getattr(error, "sources", {})
    return Rejection(time.time(), message, diagnostics, sources)

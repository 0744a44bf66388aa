"""One built app in service, and the requests that hold it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol, Self

from adkconf.agents.run_config import RunConfig
from adkconf.apps.app_runner import AppRunner
from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loaded import Loaded
from adkconf.errors import ServiceUnavailableError
from adkconf.launch.fingerprint import Fingerprint

# How long a run may take to end after it was cut.
_CUT_GRACE_SECONDS = 5.0


class Built(Protocol):
    """An app with its services open, ready to answer."""

    @property
    def runner(self) -> AppRunner:
        """Runs the app against its services."""

    @property
    def run_config(self) -> RunConfig:
        """What its runs start from."""

    @property
    def request_options(self) -> Collection[str]:
        """The options of runs that requests may set, by their names in RunConfig."""

    @property
    def files(self) -> frozenset[Path]:
        """All files whose change matters, absolute."""

    @property
    def diagnostics(self) -> Sequence[Diagnostic]:
        """Warnings that came up while it was built."""

    @property
    def loaded(self) -> Loaded | None:
        """What it was built of; None for an app that is no file's."""

    async def prune(self) -> int:
        """Deletes the sessions that are too old to keep; returns how many."""

    async def close(self, keep: Self | None = None) -> None:
        """Closes what was opened, except the services that `keep` carried over."""


class Generation:
    """A built app with its number; it lives until it is retired and its last lease ended."""

    def __init__(self, number: int, built: Built, fingerprint: Fingerprint) -> None:
        self.number = number
        self.built = built
        self.fingerprint = fingerprint
        self.digest = fingerprint.digest
        self.started_at = time.time()
        self._leases: set[asyncio.Timeout] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def in_flight(self) -> int:
        """How many leases are held."""
        return len(self._leases)

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Self]:
        """Keeps the generation open while a request or a run uses it.

        Raises:
            ServiceUnavailableError: the body was cut because the drain deadline passed.
        """
        try:
            async with asyncio.timeout(None) as lease:
                self._leases.add(lease)
                self._idle.clear()
                try:
                    yield self
                finally:
                    self._leases.discard(lease)
                    if not self._leases:
                        self._idle.set()
        except TimeoutError as error:
            if not lease.expired():
                raise
            raise ServiceUnavailableError(
                f"generation {self.number} was replaced and its time to finish is over; "
                "send the request again"
            ) from error

    async def drain(self, seconds: float) -> None:
        """Waits until the last lease ended; those that last longer than `seconds` are cut."""
        if not await self._idle_within(seconds):
            self.cut()
            await self._idle_within(_CUT_GRACE_SECONDS)

    def cut(self) -> None:
        """Cancels what holds a lease now."""
        now = asyncio.get_running_loop().time()
        for lease in self._leases:
            lease.reschedule(now)

    async def _idle_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

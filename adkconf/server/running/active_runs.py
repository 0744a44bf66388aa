"""The runs that go on now, to be listed, cancelled and heard again."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from adkconf.server.running.frame_log import FrameLog

T = TypeVar("T")

_OF_WORKER = re.compile(r"([0-9]+)-[0-9a-f]{32}")


@dataclass(frozen=True)
class Place:
    """The session that a run belongs to."""

    app_name: str
    user_id: str
    session_id: str


@dataclass(eq=False)
class ActiveRun(Generic[T]):
    """A run in a task of its own. `started_at` is in Unix seconds; `frames` are of a stream."""

    id: str
    place: Place
    work: asyncio.Task[T]
    frames: FrameLog | None = None
    started_at: float = field(default_factory=time.time)

    async def cancel(self) -> None:
        """Ends the run and waits until it has ended; what it raised is for who started it."""
        if self.work.cancel():
            await asyncio.wait([self.work])


class ActiveRuns:
    """Knows each run while it goes on.

    `lasting` runs go on without a listener; their streams are kept for `keep_seconds` after the
    end, for listeners who come back. `worker` is which of several this one is: ids tell it.
    """

    def __init__(self, *, lasting: bool, keep_seconds: float, worker: int | None = None) -> None:
        self.lasting = lasting
        self._worker = worker
        self._keep_seconds = keep_seconds
        self._runs: dict[str, ActiveRun[Any]] = {}

    def start(
        self,
        place: Place,
        work: Coroutine[None, None, T],
        *,
        run_id: str | None = None,
        frames: FrameLog | None = None,
    ) -> ActiveRun[T]:
        """Starts a run."""
        task = asyncio.get_running_loop().create_task(work)
        run = ActiveRun(run_id or self.new_id(), place, task, frames)
        self._runs[run.id] = run
        task.add_done_callback(lambda _: self._ended(run))
        return run

    def new_id(self) -> str:
        """Makes an id for a run of this worker."""
        own = uuid.uuid4().hex
        return own if self._worker is None else f"{self._worker}-{own}"

    def is_elsewhere(self, run_id: str) -> bool:
        """Tells whether a run of this id is another worker's."""
        named = _OF_WORKER.fullmatch(run_id)
        return self._worker is not None and named is not None and int(named[1]) != self._worker

    def find(self, place: Place, run_id: str) -> ActiveRun[Any] | None:
        """Returns a run of a session, if it is kept."""
        run = self._runs.get(run_id)
        return run if run is not None and run.place == place else None

    def at(self, place: Place) -> list[ActiveRun[Any]]:
        """Returns what runs on a session now, in the order of their start."""
        return [run for run in self._runs.values() if run.place == place and not run.work.done()]

    def _ended(self, run: ActiveRun[Any]) -> None:
        if not run.work.cancelled():
            run.work.exception()  # seen: nobody may be there to ask for it
        if run.frames is not None:
            run.frames.end()
        if self.lasting and run.frames is not None:
            run.work.get_loop().call_later(self._keep_seconds, self._runs.pop, run.id, None)
            return
        del self._runs[run.id]

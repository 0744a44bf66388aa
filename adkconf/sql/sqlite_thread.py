"""SQLite on one thread of its own.

A transaction costs one change of threads instead of one for each statement, and transactions
that wait at the same time are committed together: one sync to the disk for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Generic

from sqlalchemy import Connection, Engine

from adkconf.errors import ServiceUnavailableError
from adkconf.sql.database import T, Work
from adkconf.sql.failures import translate

# Bounds how long the first of a batch waits for the last.
_LARGEST_BATCH = 128


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    work: Work[T]
    writes: bool
    answer: asyncio.Future[T]
    result: Any = None
    error: Exception | None = None
    settled: bool = False

    def fail(self, error: Exception, place: str) -> None:
        """Settles the job with the error that the caller shall see."""
        self.error = translate(error, place)
        if self.error is not error:
            self.error.__cause__ = error
        self.settled = True

    def deliver(self) -> None:
        """Runs on the event loop, where the caller may have gone away meanwhile."""
        if self.answer.done():
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


class SqliteThread:
    """A `Database` over one synchronous connection; the engine is disposed with it."""

    dialect = "sqlite"

    def __init__(self, engine: Engine, place: str) -> None:
        self.place = place
        self._engine = engine
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._submission = Lock()
        self._closed = False

    async def peek(self, work: Work[T]) -> T:
        """Runs `work` on one state of the database."""
        return await self._submit(work, writes=False)

    async def read(self, work: Work[T]) -> T:
        """Runs `work` on one state of the database."""
        return await self._submit(work, writes=False)

    async def write(self, work: Work[T]) -> T:
        """Runs `work` and returns when it is committed, perhaps together with others."""
        return await self._submit(work, writes=True)

    async def write_single(self, work: Work[T]) -> T:
        """Runs `work` as `write` does, since nothing costs less."""
        return await self.write(work)

    async def close(self) -> None:
        """Finishes what was submitted, then closes the connection."""
        with self._submission:
            thread, self._thread, self._closed = self._thread, None, True
        if thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(thread.join)

    def _submit(self, work: Work[T], *, writes: bool) -> asyncio.Future[T]:
        answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        with self._submission:
            if self._closed:
                raise ServiceUnavailableError(f"{self.place} was closed")
            if self._thread is None:
                # A daemon, so that a service nobody closed does not keep the process alive.
                self._thread = Thread(target=self._run, name="adkconf-sqlite", daemon=True)
                self._thread.start()
            self._jobs.put(_Job(work, writes, answer))
        return answer

    def _run(self) -> None:
        connection: Connection | None = None
        while batch := self._next_batch():
            try:
                connection = connection or self._engine.connect()
                self._process(connection, batch)
            # Whatever it is, the connection is not to be trusted any more, and nobody may be
            # left waiting.
            except Exception as error:
                for job in batch:
                    if not job.settled:
                        job.fail(error, self.place)
                if connection is not None:
                    connection.invalidate()
                connection = None
            _deliver(batch)
        if connection is not None:
            connection.close()
        self._engine.dispose()

    def _next_batch(self) -> list[_Job[Any]]:
        """Waits for a job and takes those that wait with it; nothing once the end is reached."""
        found = [self._jobs.get()]
        while found[-1] is not None and len(found) < _LARGEST_BATCH:
            try:
                found.append(self._jobs.get_nowait())
            except Empty:
                break
        batch = [job for job in found if job is not None]
        if batch and found[-1] is None:
            # The end waits behind these jobs.
            self._jobs.put(None)
        return batch

    def _process(self, connection: Connection, batch: Sequence[_Job[Any]]) -> None:
        reads = [job for job in batch if not job.writes]
        writes = [job for job in batch if job.writes]
        # Reads go first, so that they see nothing that is not committed yet.
        if reads:
            self._transact(connection, "BEGIN", reads)
        if writes:
            self._transact(connection, "BEGIN IMMEDIATE", writes)

    def _transact(self, connection: Connection, begin: str, jobs: Sequence[_Job[Any]]) -> None:
        """Runs jobs in one transaction; if any fails, each in one of its own."""
        transaction = connection.begin()
        try:
            # SQLite's driver would begin too late: at the first write, not at the first read.
            connection.connection.cursor().execute(begin)
            for job in jobs:
                job.result = job.work(connection)
            transaction.commit()
        # A job fails with its own error; what the caller did wrong is no concern of the thread.
        except Exception as error:
            transaction.rollback()
            if len(jobs) == 1:
                jobs[0].fail(error, self.place)
                return
            for job in jobs:
                self._transact(connection, begin, [job])
        for job in jobs:
            job.settled = True


def _deliver(batch: Sequence[_Job[Any]]) -> None:
    """Wakes each event loop once for all its answers."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job[Any]]] = {}
    for job in batch:
        by_loop.setdefault(job.answer.get_loop(), []).append(job)
    for loop, jobs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_deliver_all, jobs)
        except RuntimeError:
            # The loop was closed while it waited; nobody is left to be told.
            continue


def _deliver_all(jobs: Sequence[_Job[Any]]) -> None:
    for job in jobs:
        job.deliver()

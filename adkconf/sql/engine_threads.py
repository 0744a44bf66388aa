"""Databases whose driver blocks: each transaction runs on a thread, over a pool of connections."""

from __future__ import annotations

import asyncio
import random
import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from adkconf.sql.database import T, Work
from adkconf.sql.failures import may_succeed_again, raise_translated

_THREADS = 16
_ATTEMPTS = 8


class EngineThreads:
    """A `Database` over a synchronous engine, which is disposed with it."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.dialect = engine.dialect.name
        self.place = place
        self._engine = engine
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="adkconf-sql")

    async def peek(self, work: Work[T]) -> T:
        """Runs `work` in a transaction, like everything here."""
        return await self._submit(work)

    async def read(self, work: Work[T]) -> T:
        """Runs `work` on one state of the database."""
        return await self._submit(work)

    async def write(self, work: Work[T]) -> T:
        """Runs `work` and commits it; again when it lost against a concurrent transaction."""
        return await self._submit(work)

    async def write_single(self, work: Work[T]) -> T:
        """Runs `work` as `write` does."""
        return await self._submit(work)

    async def close(self) -> None:
        """Finishes what is under way, and disposes the engine."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    def _submit(self, work: Work[T]) -> asyncio.Future[T]:
        # A thread goes on when its caller is cancelled, so that no transaction stays open.
        return asyncio.get_running_loop().run_in_executor(self._threads, self._run, work)

    def _run(self, work: Work[T]) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._transact(work)
            # Anything may come out of a driver.
            except Exception as error:
                if attempt == _ATTEMPTS or not may_succeed_again(error):
                    raise_translated(error, self.place)
            time.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    def _transact(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            result = work(connection)
            try:
                connection.commit()
            # Whether it was committed is unknown now, so it is not for this class to repeat it.
            except Exception as error:
                raise_translated(error, self.place)
            return result

"""Databases behind an asyncio driver of SQLAlchemy, over its pool of connections."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from adkconf.sql.database import T, Work
from adkconf.sql.failures import may_succeed_again, raise_translated

_ATTEMPTS = 8


class EnginePool:
    """A `Database` over an async engine, which is disposed only if it is `owned`."""

    def __init__(self, engine: AsyncEngine, place: str, *, owned: bool) -> None:
        self.dialect = engine.dialect.name
        self.place = place
        self._engine = engine
        self._owned = owned
        self._running: set[asyncio.Task[Any]] = set()
        self._single = engine.execution_options(isolation_level="AUTOCOMMIT")
        # Elsewhere a transaction sees one state of the database by default.
        self._snapshots = (
            engine.execution_options(isolation_level="REPEATABLE READ")
            if self.dialect == "postgresql"
            else engine
        )

    async def peek(self, work: Work[T]) -> T:
        """Runs one statement without a transaction around it, where that takes less."""
        # Others change a setting of the connection for it, and back.
        engine = self._single if self.dialect == "postgresql" else self._engine
        return await self._finish(self._run(engine, work, begin=None))

    async def read(self, work: Work[T]) -> T:
        """Runs `work` on one state of the database."""
        return await self._finish(self._run(self._snapshots, work, begin="BEGIN"))

    async def write(self, work: Work[T]) -> T:
        """Runs `work` and commits it; again when it lost against a concurrent transaction."""
        return await self._finish(self._run(self._engine, work, begin="BEGIN IMMEDIATE"))

    async def write_single(self, work: Work[T]) -> T:
        """Runs `work` without a transaction around it; again when its outcome was lost."""
        if self.dialect != "postgresql":
            return await self.write(work)
        return await self._finish(self._run(self._single, work, begin=None))

    async def close(self) -> None:
        """Finishes what is under way, and disposes the engine if it belongs to this object."""
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._owned:
            await self._engine.dispose()

    async def _finish(self, transaction: Coroutine[Any, Any, T]) -> T:
        """Waits for a transaction, which goes on when the caller is cancelled.

        A connection that is left in the middle is lost to the pool, and with some drivers its
        locks are held until it is garbage.
        """
        task = asyncio.ensure_future(transaction)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _run(self, engine: AsyncEngine, work: Work[T], *, begin: str | None) -> T:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._transact(engine, work, begin)
            # Anything may come out of a driver, for one while it connects.
            except Exception as error:
                if attempt == _ATTEMPTS or not may_succeed_again(error):
                    raise_translated(error, self.place)
            await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    async def _transact(self, engine: AsyncEngine, work: Work[T], begin: str | None) -> T:
        def run(connection: Connection) -> T:
            # SQLite's driver would begin too late: at the first write, not at the first read.
            if begin is not None and self.dialect == "sqlite":
                connection.exec_driver_sql(begin)
            return work(connection)

        async with engine.connect() as connection:
            result = await connection.run_sync(run)
            try:
                await connection.commit()
            # Whether it was committed is unknown now, so it is not for this class to repeat it.
            except Exception as error:
                raise_translated(error, self.place)
            return result

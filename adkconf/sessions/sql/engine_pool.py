"""Databases behind an asyncio driver of SQLAlchemy, over its pool of connections."""

from __future__ import annotations

import asyncio
import random

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from adkconf.sessions.sql.database import T, Work
from adkconf.sessions.sql.failures import lost_race, raise_translated

_ATTEMPTS = 8


class EnginePool:
    """A `Database` over an async engine, which is disposed only if it is `owned`."""

    def __init__(self, engine: AsyncEngine, place: str, *, owned: bool) -> None:
        self.dialect = engine.dialect.name
        self.place = place
        self._engine = engine
        self._owned = owned
        # Elsewhere a transaction sees one state of the database by default.
        self._snapshots = (
            engine.execution_options(isolation_level="REPEATABLE READ")
            if self.dialect == "postgresql"
            else engine
        )

    async def read(self, work: Work[T]) -> T:
        """Runs `work` on one state of the database."""
        return await self._run(self._snapshots, "BEGIN", work)

    async def write(self, work: Work[T]) -> T:
        """Runs `work` and commits it; again when it lost against a concurrent transaction."""
        return await self._run(self._engine, "BEGIN IMMEDIATE", work)

    async def close(self) -> None:
        """Disposes the engine if it belongs to this object."""
        if self._owned:
            await self._engine.dispose()

    async def _run(self, engine: AsyncEngine, begin: str, work: Work[T]) -> T:
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._transact(engine, begin, work)
            # Anything may come out of a driver, for one while it connects.
            except Exception as error:
                if attempt < _ATTEMPTS and lost_race(error):
                    await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
                    continue
                raise_translated(error, self.place)

    async def _transact(self, engine: AsyncEngine, begin: str, work: Work[T]) -> T:
        def run(connection: Connection) -> T:
            # SQLite's driver would begin too late: at the first write, not at the first read.
            if self.dialect == "sqlite":
                connection.exec_driver_sql(begin)
            return work(connection)

        async with engine.connect() as connection:
            result = await connection.run_sync(run)
            await connection.commit()
            return result

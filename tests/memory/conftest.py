"""Every memory service, each on the real thing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from adkconf.memory import BaseMemoryService, InMemoryMemoryService, SqlMemoryService


@asynccontextmanager
async def empty_database(
    kind: str, request: pytest.FixtureRequest, directory: Path
) -> AsyncIterator[str]:
    """The server is shared; nothing of a test stays there."""
    if kind == "sqlite":
        yield f"sqlite:///{directory / 'memory.db'}"
        return
    url: str = request.getfixturevalue("postgresql_url")
    yield url
    engine = create_async_engine(url.replace("://", "+asyncpg://"))
    async with engine.begin() as connection:
        for table in ("adkconf_memories", "adkconf_memory_terms"):
            await connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
    await engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
async def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Each database in turn, without tables."""
    async with empty_database(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def service(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[BaseMemoryService]:
    """Each service in turn."""
    if request.param == "memory":
        yield InMemoryMemoryService()
        return
    async with (
        empty_database(request.param, request, tmp_path) as url,
        SqlMemoryService(url) as store,
    ):
        yield store

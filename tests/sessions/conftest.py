"""Every store, each on the real thing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from adkconf.sessions import BaseSessionService, DatabaseSessionService, InMemorySessionService
from adkconf.sessions.sqlite_session_service import SqliteSessionService

EMBEDDED = ["memory", "sqlite", "sqlite-engine", "sqlite-only"]
SERVERS = ["postgresql", "mariadb"]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'sessions.db'}"


@pytest.fixture
def app() -> str:
    """An app of the test's own: the servers are shared."""
    return f"app_{uuid4().hex}"


@pytest.fixture(params=EMBEDDED + SERVERS)
async def service(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str
) -> AsyncIterator[BaseSessionService]:
    """Each store in turn."""
    kind = request.param
    if kind == "memory":
        yield InMemorySessionService()
        return
    engine = None
    if kind == "sqlite-engine":
        engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'engine.db'}")
        store = DatabaseSessionService(db_engine=engine)
    elif kind == "sqlite-only":
        store = SqliteSessionService(str(tmp_path / "only.db"))
    elif kind == "sqlite":
        store = DatabaseSessionService(sqlite_url)
    else:
        store = DatabaseSessionService(request.getfixturevalue(f"{kind}_url"))
    yield store
    await store.close()
    if engine is not None:
        await engine.dispose()

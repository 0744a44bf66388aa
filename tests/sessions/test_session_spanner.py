"""Spanner through its SQLAlchemy dialect: what would be sent. No server is asked."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.schema import CreateIndex, CreateTable

from adkconf.errors import MissingExtraError, ServiceError
from adkconf.sessions import DatabaseSessionService
from adkconf.sessions.sql.statements import Statements
from adkconf.sessions.sql.tables import SPANNER, VERSION_1
from adkconf.sql.engine_threads import EngineThreads

DATABASE = "projects/p/instances/i/databases/d"


@pytest.fixture(scope="module")
def dialect() -> Any:
    pytest.importorskip("google.cloud.sqlalchemy_spanner")
    return make_url("spanner+spanner:///x").get_dialect()()


def sql(statement: Any, dialect: Any) -> str:
    return " ".join(str(statement.compile(dialect=dialect)).split())


STATEMENTS = {
    f"{about}.{name}": getattr(statement, "statement", statement)
    for about, group in vars(Statements(VERSION_1, SPANNER)).items()
    for name, statement in vars(group).items()
    if not name.startswith("_")
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_can_be_said(dialect, name):
    verb = sql(STATEMENTS[name], dialect).split()[0]
    assert verb in {"SELECT", "INSERT", "UPDATE", "DELETE"}


@pytest.mark.parametrize("name", [name for name in STATEMENTS if name.endswith(".add")])
def test_a_taken_key_is_passed_over(dialect, name):
    assert sql(STATEMENTS[name], dialect).startswith("INSERT OR IGNORE INTO")


def test_locks_and_tables_are_spanners_own(dialect):
    assert sql(STATEMENTS["sessions.lock"], dialect).endswith("FOR UPDATE")
    tables = {t.name: sql(CreateTable(t), dialect) for t in VERSION_1.metadata.sorted_tables}
    assert tables["sessions"].endswith("PRIMARY KEY (app_name, user_id, id)")
    assert "event_data STRING(MAX)" in tables["events"]
    assert "timestamp DESC" in sql(CreateIndex(VERSION_1.order_index), dialect)


def test_moments_come_back_without_a_zone(dialect):
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    kind = VERSION_1.events.c.timestamp.type
    assert kind.process_result_value(moment, dialect) == moment.replace(tzinfo=None)


@pytest.mark.parametrize(
    "url", [f"spanner://{DATABASE}", f"spanner:///{DATABASE}", f"spanner+spanner:///{DATABASE}"]
)
def test_every_spanner_url_works(dialect, url):
    database = DatabaseSessionService(url)._database
    assert isinstance(database, EngineThreads)
    assert (database.dialect, DATABASE in database.place) == (SPANNER, True)


def test_missing_driver_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.cloud.sqlalchemy_spanner", None)
    monkeypatch.setattr("sqlalchemy.dialects.registry.impls", {})
    with pytest.raises(MissingExtraError, match=r"adkconf\[spanner\]"):
        DatabaseSessionService(f"spanner://{DATABASE}")


async def test_blocking_driver_runs_on_threads(tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    database = EngineThreads(engine, "database 'x'")
    await database.write(lambda c: c.exec_driver_sql("CREATE TABLE t (n INTEGER)").rowcount)
    await database.write(lambda c: c.exec_driver_sql("INSERT INTO t VALUES (1)").rowcount)
    count = lambda c: c.exec_driver_sql("SELECT count(*) FROM t").scalar()  # noqa: E731
    assert await asyncio.gather(database.read(count), database.peek(count)) == [1, 1]
    with pytest.raises(ServiceError, match="database 'x'"):
        await database.write_single(lambda c: c.exec_driver_sql("INSERT INTO missing VALUES (1)"))
    await database.close()

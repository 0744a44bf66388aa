"""Finding out how a database is, changing nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import Connection, Table, delete, false, inspect, text

from adkconf.sql.condition import DatabaseCondition
from adkconf.sql.database import Database

_CLOCKS = {
    "postgresql": "SELECT extract(epoch FROM clock_timestamp())",
    "mysql": "SELECT unix_timestamp(now(6))",
    "mariadb": "SELECT unix_timestamp(now(6))",
}


async def examine(database: Database, layout: str, tables: Sequence[Table]) -> DatabaseCondition:
    """Returns the condition of a database that has the tables.

    Raises:
        ServiceError: they cannot be read, or not be written.
    """

    def touch(connection: Connection) -> None:
        for table in tables:
            connection.execute(delete(table).where(false()))

    def look(connection: Connection) -> DatabaseCondition:
        dialect = connection.dialect
        return DatabaseCondition(
            product=dialect.name,
            version=".".join(map(str, dialect.server_version_info or ())),
            driver=dialect.driver,
            layout=layout,
            missing_indexes=_missing_indexes(connection, tables),
            clock_ahead=_clock_ahead(connection),
        )

    await database.write(touch)
    return await database.read(look)


def _missing_indexes(connection: Connection, tables: Sequence[Table]) -> tuple[str, ...]:
    inspector = inspect(connection)
    missing: list[str] = []
    for table in tables:
        there = {index["name"] for index in inspector.get_indexes(table.name)}
        missing += [str(index.name) for index in table.indexes if index.name not in there]
    return tuple(missing)


def _clock_ahead(connection: Connection) -> float:
    """Compares with the middle of the time that asking takes."""
    query = _CLOCKS.get(connection.dialect.name)
    if query is None:
        return 0.0
    before = time.time()
    there = float(connection.execute(text(query)).scalar_one())
    return there - (before + time.time()) / 2

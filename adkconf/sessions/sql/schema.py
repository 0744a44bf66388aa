"""Finding out which tables a database has, and making those that are missing."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, Float, Inspector, insert, inspect, select

from adkconf.errors import ServiceError, ServiceUnavailableError
from adkconf.sessions.sql.tables import SCHEMA_VERSION, SQLITE_ONLY, VERSION_1, Tables
from adkconf.sql.database import Database

_VERSION_KEY = "schema_version"
_VERSION_TABLE = "adk_internal_metadata"
# Several processes may create the tables at once; the losers look again.
_ATTEMPTS = 5


async def prepare_tables(database: Database, layout: Tables) -> Tables:
    """Returns the layout in use; an empty database gets `layout`.

    Raises:
        ServiceError: there are tables that this version cannot use.
        ServiceUnavailableError: the database cannot be reached.
    """
    attempt = 0
    while True:
        attempt += 1
        found = await database.read(partial(find_layout, place=database.place))
        if found is not None and await database.read(partial(_is_complete, tables=found)):
            return found
        try:
            await database.write(partial(_create_missing, tables=found or layout))
        except ServiceUnavailableError:
            raise
        except ServiceError:
            if attempt == _ATTEMPTS:
                raise


def find_layout(connection: Connection, place: str) -> Tables | None:
    """Returns the layout of a database, or None when it has no sessions.

    Raises:
        ServiceError: there are tables that this version cannot use.
    """
    inspector = inspect(connection)
    names = set(inspector.get_table_names())
    if _VERSION_TABLE in names:
        version = _read_version(connection)
        if version not in (None, SCHEMA_VERSION):
            raise ServiceError(
                f"{place} holds sessions of schema {version!r}; expected {SCHEMA_VERSION!r}. "
                f"Use the version that wrote it, or another database"
            )
        return VERSION_1
    if "events" in names:
        return _layout_of_events(inspector, place)
    if taken := sorted(names.intersection(SQLITE_ONLY.metadata.tables)):
        raise ServiceError(
            f"{place} has tables {', '.join(taken)} that are not of sessions; "
            f"use a database, or a schema of it, that is free for them"
        )
    return None


def legacy_columns(connection: Connection) -> set[str]:
    """Returns the columns that events have in a database of schema 0; elsewhere none."""
    inspector = inspect(connection)
    if "events" not in inspector.get_table_names():
        return set()
    columns = {column["name"] for column in inspector.get_columns("events")}
    return columns if "actions" in columns and "event_data" not in columns else set()


def _layout_of_events(inspector: Inspector, place: str) -> Tables:
    columns = {column["name"]: column["type"] for column in inspector.get_columns("events")}
    if "event_data" in columns:
        return SQLITE_ONLY if isinstance(columns["timestamp"], Float) else VERSION_1
    if "actions" in columns:
        raise ServiceError(
            f"{place} holds sessions of schema 0 (table 'events' has the pickled column "
            f"'actions'); expected schema {SCHEMA_VERSION}. Convert it: adkconf migrate FILE, "
            f"where FILE is that of the app"
        )
    raise ServiceError(
        f"{place} has a table 'events' that is not of sessions (columns "
        f"{', '.join(columns)}); use a database that is free for them"
    )


def _is_complete(connection: Connection, tables: Tables) -> bool:
    inspector = inspect(connection)
    if not set(tables.metadata.tables) <= set(inspector.get_table_names()):
        return False
    indexes = {index["name"] for index in inspector.get_indexes("events")}
    versioned = tables.versions is None or _read_version(connection) is not None
    return versioned and tables.order_index.name in indexes


def _create_missing(connection: Connection, tables: Tables) -> None:
    tables.metadata.create_all(connection)
    tables.order_index.create(connection, checkfirst=True)
    if tables.versions is not None and _read_version(connection) is None:
        row = {"key": _VERSION_KEY, "value": SCHEMA_VERSION}
        connection.execute(insert(tables.versions), row)


def _read_version(connection: Connection) -> str | None:
    versions = VERSION_1.metadata.tables[_VERSION_TABLE]
    query = select(versions.c.value).where(versions.c.key == _VERSION_KEY)
    version: str | None = connection.execute(query).scalar()
    return version

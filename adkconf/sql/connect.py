"""From a URL or an engine to a `Database`: drivers, their names, and SQLite's settings."""

from __future__ import annotations

import random
import sqlite3
import time
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adkconf.errors import InputValidationError, MissingExtraError
from adkconf.sql.database import Database
from adkconf.sql.engine_pool import EnginePool
from adkconf.sql.engine_threads import EngineThreads
from adkconf.sql.sqlite_thread import SqliteThread

Synchronous = Literal["FULL", "NORMAL"]

_SUPPORTED_DIALECTS = ("sqlite", "postgresql", "mysql", "mariadb", "spanner")
_ASYNC_DRIVERS = {"postgresql": "asyncpg", "mysql": "aiomysql", "mariadb": "aiomysql"}
_EXTRAS = {"postgresql": "postgres", "mysql": "mysql", "mariadb": "mysql"}
_SPANNER = "spanner+spanner"
_BUSY_TIMEOUT_MS = 30_000
_POOL_SIZE = 16
_ATTEMPTS = 20


def connect(
    db_url: str | None,
    *,
    db_engine: AsyncEngine | None,
    synchronous: Synchronous | None,
    engine_options: dict[str, Any],
) -> Database:
    """Makes the database for a URL, or for an engine that is set up already.

    Raises:
        InputValidationError: not one of both is given, or it cannot be used.
        MissingExtraError: the driver is not installed.
    """
    if db_url is not None and db_engine is None:
        return connect_url(db_url, synchronous=synchronous, engine_options=engine_options)
    if db_engine is None or db_url is not None:
        raise InputValidationError("give either db_url or db_engine")
    if engine_options or synchronous is not None:
        options = ", ".join([*engine_options, *(["synchronous"] if synchronous else [])])
        raise InputValidationError(f"db_engine is set up already; it cannot take {options}")
    return connect_engine(db_engine)


def connect_url(
    db_url: str, *, synchronous: Synchronous | None, engine_options: dict[str, Any]
) -> Database:
    """Makes the database for a URL; nothing is connected yet.

    Raises:
        InputValidationError: the URL or an option cannot be used.
        MissingExtraError: the driver is not installed.
    """
    url = _parse(db_url)
    options = {"hide_parameters": True, **engine_options}
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, synchronous or "FULL", options)
    if synchronous is not None:
        raise InputValidationError(
            f"'synchronous' is a setting of SQLite; {_place(url)} has none of that name"
        )
    if url.drivername == _SPANNER:
        return _threads(url, options)
    return _pool(url, options)


def connect_as_is(db_url: str) -> Database:
    """Makes the database for a URL to read it; not even SQLite's settings in the file change.

    Raises:
        InputValidationError: the URL cannot be used.
        MissingExtraError: the driver is not installed.
    """
    url = _parse(db_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, None, {"hide_parameters": True})
    return connect_url(db_url, synchronous=None, engine_options={})


def connect_engine(db_engine: AsyncEngine) -> Database:
    """Makes the database for an engine that stays its owner's.

    Raises:
        InputValidationError: its SQL dialect is not supported.
    """
    _check_dialect(db_engine.dialect.name)
    if db_engine.dialect.name == "sqlite":
        event.listen(db_engine.sync_engine, "connect", _SqliteSettings(None))
    return EnginePool(db_engine, _place(db_engine.url), owned=False)


def sqlite_file(db_url: str) -> Path | None:
    """Returns the file that a URL names, if it is SQLite's and not in memory.

    Raises:
        InputValidationError: the URL cannot be used.
    """
    url = _parse(db_url)
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def _parse(db_url: str) -> URL:
    try:
        url = make_url(db_url.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError):
        # The text may hold a password, and SQLAlchemy's message quotes it.
        raise InputValidationError(
            "the database URL cannot be read; expected dialect://user:password@host/name, "
            "for example sqlite:///sessions.db"
        ) from None
    backend = url.get_backend_name()
    _check_dialect(backend)
    if backend == "spanner":
        return _spanner(url)
    if backend != "sqlite" and "+" not in url.drivername:
        url = url.set(drivername=f"{backend}+{_ASYNC_DRIVERS[backend]}")
    if url.drivername == "postgresql+asyncpg" and "sslmode" in url.query:
        url = url.update_query_dict({"ssl": url.query["sslmode"]}).difference_update_query(
            ["sslmode"]
        )
    return url


def _check_dialect(dialect: str) -> None:
    if dialect not in _SUPPORTED_DIALECTS:
        raise InputValidationError(
            f"databases of the kind {dialect!r} cannot be used; supported are: "
            f"{', '.join(_SUPPORTED_DIALECTS)}"
        )


def _sqlite(url: URL, synchronous: Synchronous | None, options: dict[str, Any]) -> Database:
    if url.drivername == "sqlite+aiosqlite":
        url = url.set(drivername="sqlite")
    place = _place(url)
    try:
        engine = create_engine(url, **options)
    except (SQLAlchemyError, TypeError) as error:
        raise InputValidationError(f"{place} cannot be set up: {error}") from error
    event.listen(engine, "connect", _SqliteSettings(synchronous))
    return SqliteThread(engine, place)


def _pool(url: URL, options: dict[str, Any]) -> Database:
    place = _place(url)
    backend, driver = url.get_backend_name(), url.get_driver_name()
    if not _is_asynchronous(url):
        raise InputValidationError(
            f"{place} names the driver {driver!r}, which is not asynchronous; "
            f"use {backend}+{_ASYNC_DRIVERS[backend]}://"
        )
    if "poolclass" not in options:
        # Connections beyond the pool's size would be made and thrown away again and again.
        options = {"pool_size": _POOL_SIZE, "max_overflow": 0, **options}
    try:
        engine = create_async_engine(url, **options)
    except ModuleNotFoundError as error:
        raise MissingExtraError(place, extra=_EXTRAS[backend], package=driver) from error
    except (SQLAlchemyError, TypeError) as error:
        raise InputValidationError(f"{place} cannot be set up: {error}") from error
    return EnginePool(engine, place, owned=True)


def _spanner(url: URL) -> URL:
    """Takes `spanner://projects/…` as well as the dialect's own `spanner+spanner:///projects/…`."""
    if url.host == "projects":
        url = url.set(host="", database=f"projects/{url.database}")
    return url.set(drivername=_SPANNER)


def _threads(url: URL, options: dict[str, Any]) -> Database:
    place = _place(url)
    try:
        engine = create_engine(url, **options)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise MissingExtraError(place, extra="spanner", package="sqlalchemy-spanner") from error
    except (SQLAlchemyError, TypeError) as error:
        raise InputValidationError(f"{place} cannot be set up: {error}") from error
    return EngineThreads(engine, place)


def _is_asynchronous(url: URL) -> bool:
    try:
        dialect = url.get_dialect()
    except NoSuchModuleError:
        return False
    return dialect.get_async_dialect_cls(url).is_async


def _place(url: URL) -> str:
    """Names the database without what may be secret: the password and the query."""
    return f"database {url.set(query={}).render_as_string(hide_password=True)!r}"


class _SqliteSettings:
    """Prepares each new connection of SQLite."""

    def __init__(self, synchronous: Synchronous | None) -> None:
        self._settings = ["foreign_keys=ON", f"busy_timeout={_BUSY_TIMEOUT_MS}"]
        if synchronous is not None:
            # Readers and one writer do not wait for each other; FULL syncs at every commit.
            self._settings += ["journal_mode=WAL", f"synchronous={synchronous}"]

    def __call__(self, connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for setting in self._settings:
            _set(cursor, setting)
        cursor.close()


def _set(cursor: Any, setting: str) -> None:
    """Makes a setting; the change to WAL does not wait for others who are just making it, too."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            cursor.execute(f"PRAGMA {setting}")
            # What is not read to its end keeps its locks, even when the connection is closed.
            cursor.fetchall()
        except sqlite3.OperationalError:
            if attempt == _ATTEMPTS:
                raise
            time.sleep(random.uniform(0, 0.01 * attempt))
        else:
            return

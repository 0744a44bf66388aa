"""Errors of drivers and of SQLAlchemy, as errors of this project: no SQL, no values, no URL."""

from __future__ import annotations

import sqlite3
from typing import NoReturn

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from adkconf.errors import (
    AdkconfError,
    InputValidationError,
    ServiceError,
    ServiceUnavailableError,
)

# SQLite's driver is also used without SQLAlchemy, which gives its errors other classes.
_REFUSALS = (IntegrityError, ProgrammingError, sqlite3.IntegrityError, sqlite3.ProgrammingError)
_FAILURES = (DBAPIError, PoolTimeoutError, OSError, sqlite3.Error)

# SQLSTATE and MySQL codes of transactions that lost to a concurrent one and may be run again.
_LOST_RACES = frozenset({"40001", "40P01", 1205, 1213})

_HINTS = {
    "unable to open database file": "check that the directory exists and is writable",
    "file is not a database": "check that the path names a SQLite file",
    "readonly database": "check the permissions of the file and of its directory",
    "database is locked": "another process holds a long transaction on it",
    "refused": "check that the server runs and that host and port are right",
    "Connect call failed": "check that the server runs and that host and port are right",
    "does not exist": "create it first, or correct its name",
    "password authentication failed": "check user and password",
    "Access denied": "check user and password",
}


def may_succeed_again(error: BaseException) -> bool:
    """Tells whether a transaction that was not committed is worth another attempt.

    It is when it lost to a concurrent one, or when its connection had died in the pool.
    """
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or not _LOST_RACES.isdisjoint(_codes(error))
    # Without a code, it is not the server that complains.
    return _came_through(error) and not _sqlstate_class(error)


def raise_translated(error: Exception, place: str) -> NoReturn:
    """Raises what `translate` makes of an error, with the error as its cause."""
    translated = translate(error, place)
    if translated is error:
        raise error
    raise translated from error


def translate(error: Exception, place: str) -> Exception:
    """Returns the error to raise instead of `error`, which may be `error` itself."""
    if isinstance(error, AdkconfError):
        return error
    reason = _reason(error)
    if isinstance(error, DataError) or _sqlstate_class(error) == "22":
        return InputValidationError(f"{place} cannot store a value: {reason}")
    if isinstance(error, _REFUSALS):
        return ServiceError(f"{place} refused a statement: {reason}")
    if isinstance(error, _FAILURES) or _came_through(error):
        return ServiceUnavailableError(f"{place} cannot be used: {reason}{_hint(reason)}")
    if isinstance(error, SQLAlchemyError):
        return ServiceError(f"{place} failed: {reason}")
    return error


def _codes(error: DBAPIError) -> set[object]:
    original = error.orig
    arguments = original.args[:1] if original is not None else ()
    return {getattr(original, "sqlstate", None), *arguments} - {None}


def _came_through(error: BaseException) -> bool:
    """Tells whether an error is asyncpg's own, which SQLAlchemy lets through at times.

    It does so while it connects, and when a connection's end has come but is not noticed yet.
    """
    return type(error).__module__.partition(".")[0] == "asyncpg"


def _sqlstate_class(error: BaseException) -> str:
    original = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(original, "sqlstate", None) or "")[:2]


def _reason(error: BaseException) -> str:
    """Returns the first line of what the driver said."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(original.__cause__ or original).splitlines()
    return lines[0][:200] if lines else type(original).__name__


def _hint(reason: str) -> str:
    return next((f"; {hint}" for sign, hint in _HINTS.items() if sign in reason), "")

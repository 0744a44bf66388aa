"""Statements that run again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Statement: TypeAlias = Select[Any] | Insert | Update | Delete
Parameters: TypeAlias = Mapping[str, Any]
_Convert: TypeAlias = Callable[[Any], Any]

_SQLITE = sqlite.dialect()


class Prepared:
    """A statement that SQLAlchemy runs, with named parameters. It keeps what it has compiled."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement

    def rows(self, connection: Connection, parameters: Parameters) -> Sequence[Sequence[Any]]:
        """Returns all rows that it finds."""
        return connection.execute(self.statement, parameters).all()

    def row(self, connection: Connection, parameters: Parameters) -> Sequence[Any] | None:
        """Returns the first row that it finds, if any."""
        return next(iter(self.rows(connection, parameters)), None)

    def value(self, connection: Connection, parameters: Parameters) -> Any:
        """Returns the first column of the first row, or None."""
        row = self.row(connection, parameters)
        return None if row is None else row[0]

    def change(self, connection: Connection, parameters: Parameters) -> int:
        """Returns how many rows it changes."""
        return connection.execute(self.statement, parameters).rowcount


class PreparedForSqlite(Prepared):
    """A statement that goes to SQLite's driver as it is.

    What SQLAlchemy does around each execution takes ten times as long as SQLite itself.
    """

    def __init__(self, statement: Statement) -> None:
        super().__init__(statement)
        compiled = statement.compile(dialect=_SQLITE)
        assert isinstance(compiled, SQLCompiler)
        self._sql = compiled.string
        self._encode = [
            (name, compiled.binds[name].type.dialect_impl(_SQLITE).bind_processor(_SQLITE))
            for name in compiled.positiontup or ()
        ]
        # Such as the 1 of `limit(1)`.
        self._constants = {
            name: bind.value for name, bind in compiled.binds.items() if not bind.required
        }
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        self._decode = [_decoder(column.type) for column in columns]

    def rows(self, connection: Connection, parameters: Parameters) -> Sequence[Sequence[Any]]:
        """Returns all rows that it finds."""
        found = self._execute(connection, parameters).fetchall()
        return [
            [
                value if decode is None else decode(value)
                for value, decode in zip(row, self._decode, strict=True)
            ]
            for row in found
        ]

    def change(self, connection: Connection, parameters: Parameters) -> int:
        """Returns how many rows it changes."""
        count: int = self._execute(connection, parameters).rowcount
        return count

    def _execute(self, connection: Connection, parameters: Parameters) -> Any:
        if self._constants:
            parameters = {**self._constants, **parameters}
        values = [
            parameters[name] if encode is None else encode(parameters[name])
            for name, encode in self._encode
        ]
        cursor = connection.connection.cursor()
        cursor.execute(self._sql, values)
        return cursor


def prepare(statement: Statement, dialect: str) -> Prepared:
    """Prepares a statement for databases of a dialect."""
    return PreparedForSqlite(statement) if dialect == "sqlite" else Prepared(statement)


def _decoder(column: TypeEngine[Any]) -> _Convert | None:
    return column.dialect_impl(_SQLITE).result_processor(_SQLITE, None)

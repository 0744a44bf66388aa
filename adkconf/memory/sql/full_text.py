"""The full-text indexes of databases, over terms that are made here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Insert,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    literal,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR

_NAME = "adkconf_memory_terms"


class FullText(Protocol):
    """An index from terms to the `rowid` of what holds them.

    `insert` takes `rowid` and `terms`, the latter as `value` returns it.
    """

    table: Table
    insert: Insert

    def create(self, connection: Connection) -> None:
        """Makes the index."""

    def value(self, terms: Sequence[str]) -> Any:
        """Returns terms as `insert` takes them."""

    def holds(self, terms: Sequence[str]) -> ColumnElement[bool]:
        """Is true where all of the terms are."""


class Fts5:
    """SQLite's. Its tokenizer `ascii` takes every character beyond ASCII as part of a word."""

    def __init__(self) -> None:
        columns = Column("rowid", BigInteger, primary_key=True), Column("terms", Text)
        self.table = Table(_NAME, MetaData(), *columns)
        self.insert = insert(self.table)

    def create(self, connection: Connection) -> None:
        """Makes the index; without positions, since a term occurs once."""
        connection.execute(
            text(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {_NAME} USING "
                "fts5(terms, detail=none, tokenize=\"ascii tokenchars '_'\")"
            )
        )

    def value(self, terms: Sequence[str]) -> str:
        """Returns the terms with blanks between them."""
        return " ".join(terms)

    def holds(self, terms: Sequence[str]) -> ColumnElement[bool]:
        """Terms have no quotes in them, so that nothing of a query is an operator."""
        query = " AND ".join(f'"{term}"' for term in terms)
        return literal_column(_NAME).op("MATCH", is_comparison=True)(literal(query))


class TsVector:
    """PostgreSQL's."""

    def __init__(self) -> None:
        columns = Column("rowid", BigInteger, primary_key=True), Column("terms", TSVECTOR)
        self.table = Table(_NAME, MetaData(), *columns)
        Index(f"{_NAME}_gin", self.table.c.terms, postgresql_using="gin")
        as_vector = func.array_to_tsvector(cast(bindparam("terms"), ARRAY(Text)))
        self.insert = insert(self.table).values(rowid=bindparam("rowid"), terms=as_vector)

    def create(self, connection: Connection) -> None:
        """Makes the table and its index."""
        self.table.create(connection, checkfirst=True)

    def value(self, terms: Sequence[str]) -> list[str]:
        """Returns the terms."""
        return list(terms)

    def holds(self, terms: Sequence[str]) -> ColumnElement[bool]:
        """Terms have no quotes in them, so that nothing of a query is an operator."""
        query = " & ".join(f"'{term}'" for term in terms)
        return self.table.c.terms.op("@@", is_comparison=True)(cast(literal(query), TSQUERY))


FULL_TEXT: dict[str, type[Fts5 | TsVector]] = {"sqlite": Fts5, "postgresql": TsVector}
"""By SQLAlchemy's name of the dialect."""

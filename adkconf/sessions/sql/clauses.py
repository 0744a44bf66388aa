"""Parts of statements that several tables share."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Insert, Table, and_, bindparam, insert
from sqlalchemy.dialects import postgresql, sqlite

from adkconf.sessions.sql.tables import SPANNER


def where(table: Table, **parameters: str) -> ColumnElement[bool]:
    """Compares columns with the parameters of the names given."""
    return and_(*(table.c[column] == bindparam(name) for column, name in parameters.items()))


def insert_if_absent(table: Table, dialect: str) -> Insert:
    """Builds an insert that affects no row, and does not fail, when the primary key is taken."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return insert(table).prefix_with("OR IGNORE" if dialect == SPANNER else "IGNORE")

"""What is said about the state of an app or of a user."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, bindparam, select, update

from adkconf.sessions.sql.clauses import insert_if_absent
from adkconf.sql.prepared import prepare


class StateStatements:
    """`owner` is the condition that finds whose it is; `new_state` and `moment` change it."""

    def __init__(self, table: Table, owner: ColumnElement[bool], dialect: str) -> None:
        read = select(table.c.state).where(owner)
        change = update(table).where(owner)

        self.read = prepare(read, dialect)
        self.lock = prepare(read.with_for_update(), dialect)
        self.add = prepare(insert_if_absent(table, dialect), dialect)
        self.change = prepare(
            change.values(state=bindparam("new_state"), update_time=bindparam("moment")), dialect
        )

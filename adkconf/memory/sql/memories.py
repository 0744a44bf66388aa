"""Memories in SQL: the table and what transactions do, on a synchronous connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    func,
    inspect,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from adkconf.memory.sql.full_text import FULL_TEXT
from adkconf.sessions.session_key import MAX_ID_LENGTH

# Any number that other users of the database's advisory locks are unlikely to choose.
_CREATION_LOCK = 0x61646B636F6E66


class MemoryRow(NamedTuple):
    """An entry as it is stored: `content` and `custom_metadata` are JSON."""

    memory_id: str
    author: str | None
    timestamp: str | None
    content: str
    custom_metadata: str


class NewMemory(NamedTuple):
    """An entry to store; `session_id` is empty where none is known."""

    session_id: str
    row: MemoryRow
    terms: list[str]


class Memories:
    """The memories of all users.

    One that was forgotten stays as a row without content, so that it does not come back with its
    session.
    """

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._index = FULL_TEXT[dialect]()
        self._table = _define()

    @property
    def tables(self) -> tuple[Table, Table]:
        """The entries and their terms."""
        return self._table, self._index.table

    def exist(self, connection: Connection) -> bool:
        """Tells whether the tables are there."""
        names = set(inspect(connection).get_table_names())
        return {self._table.name, self._index.table.name} <= names

    def create(self, connection: Connection) -> None:
        """Makes the tables that are missing."""
        if self._dialect == "postgresql":
            # Several processes may begin at once.
            lock = text("SELECT pg_advisory_xact_lock(:key)")
            connection.execute(lock, {"key": _CREATION_LOCK})
        self._table.create(connection, checkfirst=True)
        self._index.create(connection)

    def known(
        self, connection: Connection, app_name: str, user_id: str, session_id: str
    ) -> set[str]:
        """Returns the ids that are stored of a session, those forgotten included."""
        query = select(self._table.c.memory_id).where(
            self._of_user(app_name, user_id), self._table.c.session_id == session_id
        )
        return set(connection.execute(query).scalars())

    def add(
        self, connection: Connection, app_name: str, user_id: str, new: Sequence[NewMemory]
    ) -> None:
        """Stores what is not there yet."""
        rows = [_values(app_name, user_id, memory) for memory in new]
        statement = self._insert().on_conflict_do_nothing()
        keys = self._table.c.id, self._table.c.session_id, self._table.c.memory_id
        added = connection.execute(statement.returning(*keys), rows).all()
        terms = {(memory.session_id, memory.row.memory_id): memory.terms for memory in new}
        self._add_terms(connection, {row[0]: terms[row[1], row[2]] for row in added})

    def put(self, connection: Connection, app_name: str, user_id: str, memory: NewMemory) -> None:
        """Stores an entry in place of the one that has its id."""
        values = _values(app_name, user_id, memory)
        statement = self._insert().values(values)
        statement = statement.on_conflict_do_update(
            index_elements=["app_name", "user_id", "session_id", "memory_id"],
            set_=memory.row._asdict(),
        )
        rowid = connection.execute(statement.returning(self._table.c.id)).scalar_one()
        self._remove_terms(connection, [rowid])
        self._add_terms(connection, {rowid: memory.terms})

    def forget(self, connection: Connection, app_name: str, user_id: str, memory_id: str) -> None:
        """Empties the entries that have this id."""
        emptied = dict.fromkeys(MemoryRow._fields[1:])
        statement = (
            update(self._table)
            .where(self._of_user(app_name, user_id), self._table.c.memory_id == memory_id)
            .values(emptied)
            .returning(self._table.c.id)
        )
        self._remove_terms(connection, connection.execute(statement).scalars().all())

    def search(
        self,
        connection: Connection,
        app_name: str,
        user_id: str,
        words: Sequence[Sequence[str]],
        most: int,
    ) -> list[MemoryRow]:
        """Returns entries that hold any of the words: most words first, then oldest first."""
        index = self._index
        hits = union_all(*(select(index.table.c.rowid).where(index.holds(word)) for word in words))
        hit = hits.subquery()
        ranked = select(hit.c.rowid, func.count().label("words")).group_by(hit.c.rowid).subquery()
        columns = [self._table.c[name] for name in MemoryRow._fields]
        query = (
            select(*columns)
            .join(ranked, ranked.c.rowid == self._table.c.id)
            .where(self._of_user(app_name, user_id))
            .order_by(ranked.c.words.desc(), self._table.c.id)
            .limit(most)
        )
        return [MemoryRow(*row) for row in connection.execute(query)]

    def _insert(self) -> Any:
        """Returns an insert that can say what to do when the key is taken."""
        return (postgresql if self._dialect == "postgresql" else sqlite).insert(self._table)

    def _of_user(self, app_name: str, user_id: str) -> ColumnElement[bool]:
        return and_(self._table.c.app_name == app_name, self._table.c.user_id == user_id)

    def _add_terms(self, connection: Connection, terms: dict[int, list[str]]) -> None:
        rows = [
            {"rowid": rowid, "terms": self._index.value(found)} for rowid, found in terms.items()
        ]
        if rows:
            connection.execute(self._index.insert, rows)

    def _remove_terms(self, connection: Connection, rowids: Sequence[int]) -> None:
        table = self._index.table
        connection.execute(delete(table).where(table.c.rowid.in_(rowids)))


def _values(app_name: str, user_id: str, memory: NewMemory) -> dict[str, Any]:
    owner = {"app_name": app_name, "user_id": user_id, "session_id": memory.session_id}
    return {**owner, **memory.row._asdict()}


def _define() -> Table:
    key = [
        Column(name, String(MAX_ID_LENGTH), nullable=False)
        for name in ("app_name", "user_id", "session_id", "memory_id")
    ]
    return Table(
        "adkconf_memories",
        MetaData(),
        # SQLite counts up by itself only in a column of this very type.
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        *key,
        *(Column(name, Text) for name in MemoryRow._fields[1:]),
        UniqueConstraint(*key),
    )

"""Encrypted credentials in SQL: the table and what transactions do, on a synchronous connection."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    String,
    Table,
    Text,
    and_,
    delete,
    inspect,
    select,
    update,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects import mysql, postgresql, sqlite

from adkconf.sessions.session_key import MAX_ID_LENGTH

_MYSQL = ("mysql", "mariadb")
# MySQL compares text without regard to case unless told otherwise.
_EXACT = mysql.VARCHAR(MAX_ID_LENGTH, charset="utf8mb4", collation="utf8mb4_bin")
_KEY = String(MAX_ID_LENGTH).with_variant(_EXACT, *_MYSQL)
_SEALED = Text().with_variant(mysql.MEDIUMTEXT(charset="ascii"), *_MYSQL)

TABLE = Table(
    "adkconf_credentials",
    MetaData(),
    *(Column(name, _KEY, primary_key=True) for name in ("app_name", "user_id", "credential_key")),
    Column("sealed", _SEALED, nullable=False),
)

_MYSQL_LOCK = "SELECT GET_LOCK('adkconf_credentials', 30)", "DO RELEASE_LOCK('adkconf_credentials')"
# What makes others wait while the table is made. PostgreSQL's ends with the transaction; its
# number is one that other users of such locks are unlikely to choose.
_LOCKS = {
    "postgresql": ("SELECT pg_advisory_xact_lock(27413117906576740)", None),
    **dict.fromkeys(_MYSQL, _MYSQL_LOCK),
}


class Owner(NamedTuple):
    """Whose credential it is, and for what."""

    app_name: str
    user_id: str
    credential_key: str


def exists(connection: Connection) -> bool:
    """Tells whether the table is there."""
    return inspect(connection).has_table(TABLE.name)


def create(connection: Connection) -> None:
    """Makes the table if it is missing; several processes may begin at once."""
    lock, unlock = _LOCKS.get(connection.dialect.name, (None, None))
    if lock is not None:
        connection.execute(sql(lock))
    TABLE.create(connection, checkfirst=True)
    if unlock is not None:
        connection.execute(sql(unlock))


def find(connection: Connection, owner: Owner) -> str | None:
    """Returns the encrypted credential."""
    return connection.execute(select(TABLE.c.sealed).where(_of(owner))).scalar()


def find_any(connection: Connection) -> str | None:
    """Returns the encrypted credential of somebody."""
    return connection.execute(select(TABLE.c.sealed).limit(1)).scalar()


def find_all(connection: Connection) -> list[tuple[Owner, str]]:
    """Returns all encrypted credentials."""
    return [(Owner(*row[:3]), row[3]) for row in connection.execute(select(*TABLE.c))]


def put(connection: Connection, owner: Owner, sealed: str) -> None:
    """Stores a credential in place of the one that is there."""
    values = {**owner._asdict(), "sealed": sealed}
    if connection.dialect.name in _MYSQL:
        replacing = mysql.insert(TABLE).values(values).on_duplicate_key_update(sealed=sealed)
        connection.execute(replacing)
        return
    upsert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(
        upsert(TABLE)
        .values(values)
        .on_conflict_do_update(index_elements=list(Owner._fields), set_={"sealed": sealed})
    )


def replace(connection: Connection, owner: Owner, old: str, new: str) -> None:
    """Stores the same credential under another encryption, unless it was saved anew meanwhile."""
    same = and_(_of(owner), TABLE.c.sealed == old)
    connection.execute(update(TABLE).where(same).values(sealed=new))


def remove(connection: Connection, owner: Owner) -> None:
    """Removes a credential."""
    connection.execute(delete(TABLE).where(_of(owner)))


def _of(owner: Owner) -> ColumnElement[bool]:
    return and_(*(TABLE.c[name] == value for name, value in owner._asdict().items()))

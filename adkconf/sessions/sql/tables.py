"""The tables, which are google-adk's: schema version 1, and its SQLite-only layout."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    REAL,
    Column,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine

from adkconf.errors import ServiceError
from adkconf.sessions.event_time import from_utc, to_utc
from adkconf.sessions.session_key import MAX_ID_LENGTH

SCHEMA_VERSION = "1"
MAX_INVOCATION_ID_LENGTH = 256

SPANNER = "spanner+spanner"
"""The name of Spanner's dialect."""

_MYSQL = ("mysql", "mariadb")


class JsonDocument(TypeDecorator[Any]):
    """JSON: JSONB on PostgreSQL, text elsewhere."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Chooses the column type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.JSONB())
        if dialect.name in _MYSQL:
            return dialect.type_descriptor(mysql.LONGTEXT())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Encodes where the database does not."""
        if value is None or dialect.name == "postgresql":
            return value
        return json.dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Decodes where the database does not."""
        if value is None or dialect.name == "postgresql":
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise ServiceError(
                f"a stored document cannot be read, it is no JSON: {error}"
            ) from error


class UtcMoment(TypeDecorator[datetime]):
    """Naive UTC, to the microsecond."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Chooses the column type: MySQL keeps whole seconds unless told otherwise."""
        if dialect.name in _MYSQL:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Leaves out the zone that Spanner tells with each moment."""
        if value is None or value.tzinfo is None:
            return value
        return to_utc(from_utc(value))


class UnixSeconds(TypeDecorator[datetime]):
    """The same moments as floating-point Unix seconds."""

    impl = REAL
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> float | None:
        """Converts to seconds."""
        return None if value is None else from_utc(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Converts from seconds, or from the text that other writers left in the column."""
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return None if value is None else to_utc(value)


@dataclass(frozen=True, slots=True)
class Tables:
    """One layout. `versions` is missing where the layout has no version number."""

    sessions: Table
    events: Table
    app_states: Table
    user_states: Table
    versions: Table | None

    @property
    def metadata(self) -> MetaData:
        """The collection that creates all of them."""
        return self.sessions.metadata

    @property
    def order_index(self) -> Index:
        """The index that finds the latest events of a session."""
        return next(iter(self.events.indexes))


@dataclass(frozen=True, slots=True)
class _Types:
    """What differs between layouts."""

    key: TypeEngine[str]
    invocation_id: TypeEngine[str]
    moment: TypeEngine[datetime]
    event_key: tuple[str, ...]
    versioned: bool


def _define(types: _Types) -> Tables:
    metadata = MetaData()
    sessions = Table(
        "sessions",
        metadata,
        *(Column(name, types.key, primary_key=True) for name in ("app_name", "user_id", "id")),
        Column("state", JsonDocument(), nullable=False),
        Column("create_time", types.moment, nullable=False),
        Column("update_time", types.moment, nullable=False),
    )
    return Tables(
        sessions=sessions,
        events=_define_events(types, sessions),
        app_states=_define_states("app_states", types, metadata, "app_name"),
        user_states=_define_states("user_states", types, metadata, "app_name", "user_id"),
        versions=_define_versions(types, metadata) if types.versioned else None,
    )


def _define_events(types: _Types, sessions: Table) -> Table:
    events = Table(
        "events",
        sessions.metadata,
        *(Column(name, types.key) for name in ("id", "app_name", "user_id", "session_id")),
        Column("invocation_id", types.invocation_id, nullable=False),
        Column("timestamp", types.moment, nullable=False),
        Column("event_data", JsonDocument(), nullable=types.versioned),
        PrimaryKeyConstraint(*types.event_key),
        ForeignKeyConstraint(
            ["app_name", "user_id", "session_id"],
            [sessions.c.app_name, sessions.c.user_id, sessions.c.id],
            ondelete="CASCADE",
        ),
    )
    Index(
        "idx_events_app_user_session_ts_id",
        events.c.app_name,
        events.c.user_id,
        events.c.session_id,
        events.c.timestamp.desc(),
        events.c.id.desc(),
    )
    return events


def _define_states(name: str, types: _Types, metadata: MetaData, *owner: str) -> Table:
    return Table(
        name,
        metadata,
        *(Column(column, types.key, primary_key=True) for column in owner),
        Column("state", JsonDocument(), nullable=False),
        Column("update_time", types.moment, nullable=False),
    )


def _define_versions(types: _Types, metadata: MetaData) -> Table:
    return Table(
        "adk_internal_metadata",
        metadata,
        Column("key", types.key, primary_key=True),
        Column("value", String(256), nullable=False),
    )


# MySQL compares text without regard to case unless told otherwise, so that one user would read
# the sessions of another whose id differs in case.
_EXACT = mysql.VARCHAR(MAX_ID_LENGTH, charset="utf8mb4", collation="utf8mb4_bin")

VERSION_1 = _define(
    _Types(
        key=String(MAX_ID_LENGTH).with_variant(_EXACT, *_MYSQL),
        invocation_id=String(MAX_INVOCATION_ID_LENGTH),
        moment=UtcMoment(),
        event_key=("id", "app_name", "user_id", "session_id"),
        versioned=True,
    )
)
"""What google-adk's DatabaseSessionService creates."""

SQLITE_ONLY = _define(
    _Types(
        key=Text(),
        invocation_id=Text(),
        moment=UnixSeconds(),
        event_key=("app_name", "user_id", "session_id", "id"),
        versioned=False,
    )
)
"""What google-adk's SqliteSessionService creates."""

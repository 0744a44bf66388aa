"""The tables, which are google-adk's: schema version 1, and its SQLite-only layout."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine

from adkconf.sessions.event_time import from_utc, to_utc
from adkconf.sessions.session_key import MAX_ID_LENGTH

SCHEMA_VERSION = "1"
MAX_INVOCATION_ID_LENGTH = 256

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
        return json.loads(value)


class UtcMoment(TypeDecorator[datetime]):
    """Naive UTC, to the microsecond."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Chooses the column type: MySQL keeps whole seconds unless told otherwise."""
        if dialect.name in _MYSQL:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())


class UnixSeconds(TypeDecorator[datetime]):
    """The same moments as floating-point Unix seconds."""

    impl = Float
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Names the type as the layout's own DDL does."""
        return dialect.type_descriptor(_Real())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> float | None:
        """Converts to seconds."""
        return None if value is None else from_utc(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Converts from seconds, or from the text that other writers left in the column."""
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return None if value is None else to_utc(value)


class _Real(Float[float]):
    __visit_name__ = "REAL"


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


def _key_type() -> TypeEngine[str]:
    # MySQL compares text without regard to case unless told otherwise, so that one user would
    # read the sessions of another whose id differs in case.
    exact = mysql.VARCHAR(MAX_ID_LENGTH, charset="utf8mb4", collation="utf8mb4_bin")
    return String(MAX_ID_LENGTH).with_variant(exact, *_MYSQL)


def _define(
    key: TypeEngine[str],
    invocation: TypeEngine[str],
    moment: TypeEngine[datetime],
    *,
    versioned: bool,
) -> Tables:
    metadata = MetaData()

    def key_column(name: str) -> Column[str]:
        return Column(name, key, primary_key=True)

    def required(name: str, kind: TypeEngine[Any]) -> Column[Any]:
        return Column(name, kind, nullable=False)

    sessions = Table(
        "sessions",
        metadata,
        key_column("app_name"),
        key_column("user_id"),
        key_column("id"),
        required("state", JsonDocument()),
        required("create_time", moment),
        required("update_time", moment),
    )
    events = Table(
        "events",
        metadata,
        key_column("id"),
        key_column("app_name"),
        key_column("user_id"),
        key_column("session_id"),
        required("invocation_id", invocation),
        required("timestamp", moment),
        Column("event_data", JsonDocument(), nullable=versioned),
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
    app_states = Table(
        "app_states",
        metadata,
        key_column("app_name"),
        required("state", JsonDocument()),
        required("update_time", moment),
    )
    user_states = Table(
        "user_states",
        metadata,
        key_column("app_name"),
        key_column("user_id"),
        required("state", JsonDocument()),
        required("update_time", moment),
    )
    versions = None
    if versioned:
        versions = Table(
            "adk_internal_metadata",
            metadata,
            key_column("key"),
            required("value", String(256)),
        )
    return Tables(sessions, events, app_states, user_states, versions)


VERSION_1 = _define(_key_type(), String(MAX_INVOCATION_ID_LENGTH), UtcMoment(), versioned=True)
"""What google-adk's DatabaseSessionService creates."""

SQLITE_ONLY = _define(Text(), Text(), UnixSeconds(), versioned=False)
"""What google-adk's SqliteSessionService creates."""

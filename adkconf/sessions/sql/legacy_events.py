"""Events of schema 0: a column for each field, and pickled actions."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError
from sqlalchemy import (
    Boolean,
    Column,
    LargeBinary,
    MetaData,
    Row,
    Select,
    String,
    Table,
    Text,
    bindparam,
    select,
)
from sqlalchemy.dialects import mysql

from adkconf.errors import ServiceError
from adkconf.events.event import Event
from adkconf.sessions.event_time import from_utc
from adkconf.sessions.sql.event_json import dump_event
from adkconf.sessions.sql.legacy_actions import read_actions
from adkconf.sessions.sql.rows import EventRow
from adkconf.sessions.sql.tables import JsonDocument, UtcMoment

_KEYS = ("id", "app_name", "user_id", "session_id")
_TEXTS = ("invocation_id", "author", "branch", "error_code", "error_message")
_DOCUMENTS = (
    "content",
    "grounding_metadata",
    "custom_metadata",
    "usage_metadata",
    "citation_metadata",
    "input_transcription",
    "output_transcription",
)
_FLAGS = ("partial", "turn_complete", "interrupted")

_EVENTS = Table(
    "events",
    MetaData(),
    *(Column(name, String(), primary_key=True) for name in _KEYS),
    *(Column(name, String()) for name in _TEXTS),
    *(Column(name, JsonDocument()) for name in _DOCUMENTS),
    *(Column(name, Boolean()) for name in _FLAGS),
    Column("actions", LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")),
    Column("long_running_tool_ids_json", Text()),
    Column("timestamp", UtcMoment()),
)


def legacy_events(columns: set[str]) -> Select[Any]:
    """Builds the query of a session's events; its first versions had fewer columns."""
    known = [column for column in _EVENTS.c if column.name in columns]
    return (
        select(*known)
        .where(
            _EVENTS.c.app_name == bindparam("app"),
            _EVENTS.c.user_id == bindparam("user"),
            _EVENTS.c.session_id == bindparam("session"),
        )
        .order_by(_EVENTS.c.timestamp, _EVENTS.c.id)
    )


def convert_event(row: Row[Any]) -> EventRow:
    """Makes a row of schema 1.

    Raises:
        ServiceError: it is no event.
    """
    stored = row._asdict()
    fields = (*_TEXTS, *_DOCUMENTS, *_FLAGS)
    data = {name: stored[name] for name in fields if stored.get(name) is not None}
    data |= {"id": row.id, "timestamp": from_utc(row.timestamp)}
    if ids := stored.get("long_running_tool_ids_json"):
        data["long_running_tool_ids"] = json.loads(ids)
    try:
        if row.actions is not None:
            data["actions"] = read_actions(row.actions)
        new = dump_event(Event.model_validate(data))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ServiceError(f"event {row.id!r} cannot be read: {place}: {first['msg']}") from error
    except ServiceError as error:
        raise ServiceError(f"event {row.id!r} cannot be read: {error}") from error
    return EventRow(new.id, new.invocation_id, row.timestamp, new.data)

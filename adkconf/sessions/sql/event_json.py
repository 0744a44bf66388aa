"""Events and state values as the JSON that is stored, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from adkconf.errors import InputValidationError, ServiceError
from adkconf.events.event import Event
from adkconf.sessions.event_time import from_utc
from adkconf.sessions.session_key import check_id
from adkconf.sessions.sql.rows import EventRow, NewEvent
from adkconf.sessions.sql.tables import MAX_INVOCATION_ID_LENGTH
from adkconf.sessions.state_json import json_value
from adkconf.sessions.state_scopes import StateScopes


def dump_event(event: Event, state: dict[str, Any] | None = None) -> NewEvent:
    """Prepares an event for storing; `state` is all of the session's own state afterwards.

    Raises:
        InputValidationError: JSON or the tables cannot carry it.
    """
    check_id("event id", event.id)
    if len(event.invocation_id) > MAX_INVOCATION_ID_LENGTH:
        raise InputValidationError(
            f"invocation_id has {len(event.invocation_id)} characters; "
            f"at most {MAX_INVOCATION_ID_LENGTH} are allowed"
        )
    scopes = StateScopes.split(event.actions.state_delta, json_value)
    try:
        data = event.model_dump(mode="json", exclude_none=True)
    except (PydanticSerializationError, ValueError) as error:
        raise InputValidationError(
            f"event {event.id!r} of {event.author!r} holds a value that JSON cannot carry: {error}"
        ) from error
    whole = None if state is None else {key: json_value(key, state[key]) for key in state}
    return NewEvent(event.id, event.invocation_id, event.timestamp, data, scopes, whole)


def load_events(rows: Sequence[EventRow]) -> list[Event]:
    """Parses stored events.

    Raises:
        ServiceError: one is not an event.
    """
    return [_load_event(row) for row in rows]


def _load_event(row: EventRow) -> Event:
    data = row.event_data or {}
    if not isinstance(data, dict):
        raise ServiceError(f"stored event {row.id!r} cannot be read: it is no JSON object")
    try:
        return Event.model_validate(
            {
                # The column is rounded to microseconds, what other writers put here is not.
                "timestamp": from_utc(row.timestamp),
                **data,
                "id": row.id,
                "invocation_id": row.invocation_id,
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise ServiceError(
            f"stored event {row.id!r} cannot be read: "
            f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        ) from error

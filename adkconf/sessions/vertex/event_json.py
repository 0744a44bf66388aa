"""Events as Agent Engine keeps them, laid out as google-adk does.

Every event is there twice: `rawEvent` is the whole of it, and the fields that the service has
names for stand beside it, for whoever reads those.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from adkconf.errors import InputValidationError, ServiceError
from adkconf.events.event import Event
from adkconf.vertex.client import Json
from adkconf.vertex.moment import from_moment, to_moment
from adkconf.vertex.resource_name import last_part

# What the service has no field for rides along in the custom metadata.
_COMPACTION = "_compaction"
_USAGE = "_usage_metadata"
_METADATA = (
    "partial",
    "turnComplete",
    "interrupted",
    "branch",
    "customMetadata",
    "longRunningToolIds",
    "groundingMetadata",
)
_ACTIONS = {
    "skipSummarization": "skipSummarization",
    "stateDelta": "stateDelta",
    "artifactDelta": "artifactDelta",
    "transferToAgent": "transferAgent",
    "escalate": "escalate",
    "requestedAuthConfigs": "requestedAuthConfigs",
}


def dump_event(event: Event) -> Json:
    """Returns the body of a request that appends an event.

    Raises:
        InputValidationError: JSON cannot carry it.
    """
    raw = _plain(event)
    for part in raw.get("content", {}).get("parts") or ():
        # The service refuses contents with this field, which is the Gemini Developer API's.
        part.pop("partMetadata", None)
    actions = raw.get("actions", {})
    metadata = {name: raw[name] for name in _METADATA if name in raw}
    extra = {_COMPACTION: event.actions.compaction, _USAGE: event.usage_metadata}
    riders = {
        name: model.model_dump(mode="json", exclude_none=True)
        for name, model in extra.items()
        if model is not None
    }
    if riders:
        metadata["customMetadata"] = {**metadata.get("customMetadata", {}), **riders}
    body = {
        "author": event.author,
        "invocationId": event.invocation_id,
        "timestamp": to_moment(event.timestamp),
        "actions": {_ACTIONS[name]: actions[name] for name in _ACTIONS if name in actions},
        "eventMetadata": metadata,
        "rawEvent": raw,
    }
    beside = ("content", "errorCode", "errorMessage")
    return {**body, **{name: raw[name] for name in beside if raw.get(name)}}


def load_event(item: Json) -> Event:
    """Reads an event of a list.

    Raises:
        ServiceError: it is not an event.
    """
    data = dict(item.get("rawEvent") or _from_fields(item))
    data["author"] = item.get("author", "")
    data["invocationId"] = item.get("invocationId", "")
    # Readers know the event by the id that it was made with.
    data["id"] = data.get("id") or last_part(item.get("name", ""))
    try:
        if moment := item.get("timestamp"):
            data["timestamp"] = from_moment(moment)
        return Event.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        why = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise ServiceError(f"stored event {data['id']!r} cannot be read: {why}") from error
    except ValueError as error:
        raise ServiceError(f"stored event {data['id']!r} cannot be read: {error}") from error


def _plain(event: Event) -> Any:
    try:
        raw = event.model_dump(mode="json", by_alias=True, exclude_none=True)
        json.dumps(raw, allow_nan=False)
    except (PydanticSerializationError, ValueError, RecursionError) as error:
        raise InputValidationError(
            f"event {event.id!r} of {event.author!r} holds a value that JSON cannot carry: {error}"
        ) from error
    return raw


def _from_fields(item: Json) -> Json:
    """Puts an event together that was stored without `rawEvent`."""
    metadata = item.get("eventMetadata") or {}
    data = {name: metadata[name] for name in _METADATA if name in metadata}
    custom = dict(data.pop("customMetadata", None) or {})
    given = item.get("actions") or {}
    actions = {ours: given[theirs] for ours, theirs in _ACTIONS.items() if theirs in given}
    if (compaction := custom.pop(_COMPACTION, None)) is not None:
        actions["compaction"] = compaction
    return {
        **data,
        "actions": actions,
        "content": item.get("content"),
        "errorCode": item.get("errorCode"),
        "errorMessage": item.get("errorMessage"),
        "usageMetadata": custom.pop(_USAGE, None),
        "customMetadata": custom or None,
    }

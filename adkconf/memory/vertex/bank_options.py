"""What `custom_metadata` means to Memory Bank: options of a request, and metadata of memories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic.alias_generators import to_camel

from adkconf.errors import InputValidationError
from adkconf.vertex.client import Json

Metadata = Mapping[str, object]

_REVISIONS = frozenset(
    {"disable_memory_revisions", "revision_expire_time", "revision_labels", "revision_ttl"}
)
INGEST = frozenset({"force_flush", "generation_trigger_config", "stream_id"})
GENERATE = _REVISIONS | {"allowed_topics", "disable_consolidation", "metadata_merge_strategy"}
CREATE = _REVISIONS | {"description", "display_name", "expire_time", "memory_id", "topics", "ttl"}
CONSOLIDATE = "enable_consolidation"
_WAIT = "wait_for_completion"
_OF_GENERATE_ONLY = GENERATE | {"metadata", "ttl", _WAIT}
_VALUE_KINDS = ("boolValue", "doubleValue", "stringValue", "timestampValue")


@dataclass(frozen=True)
class BankOptions:
    """`fields` of the request in its own names, and whether to `wait` for the outcome."""

    fields: Json = field(default_factory=dict)
    wait: bool = False

    @classmethod
    def read(cls, given: Metadata | None, known: frozenset[str]) -> BankOptions:
        """Takes the `known` options; whatever else is given becomes metadata of the memories.

        Raises:
            InputValidationError: an option or a value cannot be used.
        """
        fields: Json = {}
        metadata: Json = {}
        for key, value in (given or {}).items():
            if value is None or key in (CONSOLIDATE, _WAIT):
                continue
            if key == "metadata":
                metadata |= _values(value)
            elif key == "ttl" and "ttl" not in known:
                fields.setdefault("revisionTtl", value)
            elif key == "revision_ttl" or key in known:
                fields[to_camel(key)] = _in_api_names(key, value)
            else:
                metadata[key] = _value(value)
        if metadata:
            fields["metadata"] = metadata
        return cls(fields, _flag(given, _WAIT))


def wants_generation(given: Metadata | None) -> bool:
    """Tells whether an option is there that only the generation of memories has."""
    return not _OF_GENERATE_ONLY.isdisjoint(given or {})


def wants_consolidation(given: Metadata | None) -> bool:
    """Tells whether memories are to be merged with those there are.

    Raises:
        InputValidationError: the option is neither true nor false.
    """
    return _flag(given, CONSOLIDATE)


def load_metadata(stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """Returns the metadata of a memory as plain values."""
    return {
        key: next((value[kind] for kind in _VALUE_KINDS if kind in value), value)
        for key, value in (stored or {}).items()
    }


def _flag(given: Metadata | None, name: str) -> bool:
    value = (given or {}).get(name)
    if value is not None and not isinstance(value, bool):
        raise InputValidationError(f"custom_metadata[{name!r}] is {value!r}; give true or false")
    return bool(value)


def _in_api_names(key: str, value: Any) -> Any:
    """Writes the names inside of a message as the API does; labels keep theirs."""
    if isinstance(value, datetime):
        return value.isoformat()
    if key == "revision_labels":
        return value
    if isinstance(value, Mapping):
        return {to_camel(name): _in_api_names(name, item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_in_api_names(key, item) for item in value]
    return value


def _values(metadata: object) -> Json:
    if not isinstance(metadata, Mapping):
        raise InputValidationError(
            f"custom_metadata['metadata'] is a {type(metadata).__name__}; give a mapping"
        )
    return {key: _value(value) for key, value in metadata.items() if value is not None}


def _value(value: object) -> Json:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, (int, float)):
        return {"doubleValue": float(value)}
    if isinstance(value, datetime):
        return {"timestampValue": value.isoformat()}
    if isinstance(value, Mapping) and (named := {to_camel(str(k)): v for k, v in value.items()}):
        if named.keys() <= set(_VALUE_KINDS):
            return named
        value = dict(value)
    return {"stringValue": str(value)}

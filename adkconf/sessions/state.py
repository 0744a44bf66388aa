"""Session state as callbacks and tools see it: reads, writes, and what is not stored yet."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from adkconf.errors import StateSchemaError


class State(Mapping[str, Any]):
    """A dict-like view over the current `value`, collecting changes in `delta`.

    Keys start with `app:` (shared by all sessions of the app), `user:` (by all sessions of the
    user), `temp:` (this invocation only, never stored) or nothing (this session). With a
    `schema`, unprefixed keys must be declared in it and values must fit.

    Changing a dict or list that was read from the state counts as a write of its key.
    """

    APP_PREFIX = "app:"
    USER_PREFIX = "user:"
    TEMP_PREFIX = "temp:"

    def __init__(
        self,
        value: dict[str, Any],
        delta: dict[str, Any],
        schema: type[BaseModel] | None = None,
    ) -> None:
        self._value = value
        self._delta = delta
        self._schema = schema
        self._handed_out: dict[str, tuple[Any, Any]] = {}

    def __getitem__(self, key: str) -> Any:
        value = self._delta[key] if key in self._delta else self._value[key]
        if isinstance(value, (dict, list)) and key not in self._handed_out:
            self._handed_out[key] = (value, copy.deepcopy(value))
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __contains__(self, key: object) -> bool:
        return key in self._value or key in self._delta

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_dict())

    def __len__(self) -> int:
        return len(self.to_dict())

    def get(self, key: str, default: Any = None) -> Any:
        """Returns the value of a key, or `default`."""
        return self[key] if key in self else default  # noqa: SIM401

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Returns the value of a key after setting it to `default` if it was absent."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, delta: dict[str, Any]) -> None:
        """Writes several keys.

        Raises:
            StateSchemaError: a key or value does not fit the schema; nothing is written.
        """
        if self._schema is not None:
            for key, value in delta.items():
                check_state_entry(self._schema, key, value)
        self._value.update(delta)
        self._delta.update(delta)
        for key in delta:
            self._handed_out.pop(key, None)

    def has_delta(self) -> bool:
        """Tells whether anything was written."""
        self.record_nested_writes()
        return bool(self._delta)

    def to_dict(self) -> dict[str, Any]:
        """Returns a new dict with every key."""
        return {**self._value, **self._delta}

    def record_nested_writes(self) -> None:
        """Puts each container that was changed after it was read into the delta."""
        for key, (handed_out, before) in self._handed_out.items():
            current = self._delta.get(key, self._value.get(key))
            # Another view may have assigned the key since; its value wins.
            if current is handed_out and handed_out != before:
                self._delta[key] = handed_out
                self._handed_out[key] = (handed_out, copy.deepcopy(handed_out))


_SCOPES = (State.APP_PREFIX, State.USER_PREFIX, State.TEMP_PREFIX)


def check_state_entry(schema: type[BaseModel], key: str, value: Any) -> None:
    """Checks one write against `schema`; keys with one of the three prefixes are exempt.

    Raises:
        StateSchemaError: the key is not declared or the value does not fit.
    """
    if key.startswith(_SCOPES):
        return
    field = schema.model_fields.get(key)
    if field is None:
        raise StateSchemaError(
            f"state key {key!r} is not declared in {schema.__name__}; "
            f"declared are: {', '.join(schema.model_fields) or 'none'}"
        )
    try:
        _adapter(schema, key).validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        raise StateSchemaError(
            f"state key {key!r} does not fit {schema.__name__}.{key}: {first['msg']}"
        ) from error


@lru_cache(maxsize=512)
def _adapter(schema: type[BaseModel], key: str) -> TypeAdapter[Any]:
    return TypeAdapter(schema.model_fields[key].rebuild_annotation())

"""The three stored scopes of session state, and copies of its values."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from adkconf.errors import InputValidationError
from adkconf.sessions.state import State


class StateScopes(NamedTuple):
    """State by owner, keys without their prefix. `temp:` keys have no place here."""

    app: dict[str, Any]
    user: dict[str, Any]
    session: dict[str, Any]

    @classmethod
    def split(cls, state: dict[str, Any], carry: Callable[[str, Any], Any]) -> StateScopes:
        """Sorts keys by their prefix and drops `temp:` keys; `carry` makes the values kept."""
        scopes = cls({}, {}, {})
        for key, value in state.items():
            if key.startswith(State.APP_PREFIX):
                scopes.app[key.removeprefix(State.APP_PREFIX)] = carry(key, value)
            elif key.startswith(State.USER_PREFIX):
                scopes.user[key.removeprefix(State.USER_PREFIX)] = carry(key, value)
            elif not key.startswith(State.TEMP_PREFIX):
                scopes.session[key] = carry(key, value)
        return scopes

    def merge(self) -> dict[str, Any]:
        """Returns one new dict, with the prefixes put back; values are not copied."""
        merged = dict(self.session)
        merged.update((State.APP_PREFIX + key, value) for key, value in self.app.items())
        merged.update((State.USER_PREFIX + key, value) for key, value in self.user.items())
        return merged


def copy_state(state: dict[str, Any]) -> dict[str, Any]:
    """Copies a state so deeply that changes inside one copy do not show in the other."""
    return {key: copy_value(key, value) for key, value in state.items()}


def copy_value(key: str, value: Any) -> Any:
    """Copies one value of a state.

    Raises:
        InputValidationError: it cannot be copied.
    """
    try:
        return _copy(value)
    except (TypeError, RecursionError, copy.Error) as error:
        raise InputValidationError(
            f"state key {key!r} holds a {type(value).__name__}, which cannot be copied "
            f"({error}); state holds plain data"
        ) from error


_IMMUTABLE = frozenset({str, int, float, bool, type(None), bytes})


def _copy(value: Any) -> Any:
    """Does what deepcopy does, without its bookkeeping for the types that JSON knows."""
    kind = type(value)
    if kind in _IMMUTABLE:
        return value
    if kind is dict:
        return {key: _copy(item) for key, item in value.items()}
    if kind is list:
        return [_copy(item) for item in value]
    return copy.deepcopy(value)

"""Values of a run as plain data that may be written down: without secrets and without files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

from pydantic import BaseModel, SecretBytes, SecretStr

from adkconf.sessions.state import State

REDACTED = "[REDACTED]"

_DEPTH = 30
_WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-. ]")
_SCOPES = (State.APP_PREFIX, State.USER_PREFIX)

# Words that name a secret anywhere in a key, at its end, or alone.
_ANYWHERE = ("api_key", "credential", "passwd", "password", "private_key", "secret")
_AT_THE_END = ("_token", "_authorization", "_signature")
_ALONE = {"auth_code", "auth_response_uri", "authorization", "code_verifier", "cookie"}
_ALONE |= {"sig", "signature", "token"}

_KEY_BORDER = r"-----{} [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----"
_PRIVATE_KEY = re.compile(
    rf"{_KEY_BORDER.format('BEGIN')}.*?({_KEY_BORDER.format('END')}|\Z)", re.DOTALL
)


def redact(value: Any, depth: int = 0) -> Any:
    """Returns a copy of strings, numbers, lists and dicts.

    Values of keys that name a secret, `temp:` state, and private keys inside texts are replaced
    by `[REDACTED]`, bytes by their length, and objects by their text.
    """
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return _PRIVATE_KEY.sub(REDACTED, str(value))
    if isinstance(value, (SecretStr, SecretBytes)):
        return REDACTED
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"<{len(value)} bytes>"
    return _redact_container(value, depth + 1)


def _redact_container(value: Any, depth: int) -> Any:
    if depth > _DEPTH:
        return f"<{type(value).__name__}: too deep>"
    if isinstance(value, BaseModel):
        fields = {**value.__dict__, **(value.__pydantic_extra__ or {})}
        value = {name: field for name, field in fields.items() if field is not None}
    if isinstance(value, Mapping):
        return {
            str(key): REDACTED if names_secret(str(key)) else redact(item, depth)
            for key, item in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(item, depth) for item in value]
    return _PRIVATE_KEY.sub(REDACTED, str(value))


def names_secret(key: str) -> bool:
    """Tells whether a key names something that must not be written down.

    `access_token`, `X-Api-Key`, `user:openai_api_key` and all `temp:` keys do;
    `prompt_token_count` does not.
    """
    if key.startswith(State.TEMP_PREFIX):
        return True
    for scope in _SCOPES:
        key = key.removeprefix(scope)
    plain = _WORD_BORDER.sub("_", key).lower()
    return (
        plain in _ALONE or plain.endswith(_AT_THE_END) or any(word in plain for word in _ANYWHERE)
    )

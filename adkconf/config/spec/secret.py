"""Texts that nothing shows."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, SecretStr, WithJsonSchema


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_TEXT = {"type": "string", "minLength": 1, "writeOnly": True, "examples": ["${SECRET:?}"]}

Secret = Annotated[SecretStr, WithJsonSchema(_TEXT)]
"""One text."""

Secrets = Annotated[
    tuple[SecretStr, ...],
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}),
]
"""One text or several."""


def is_secret(value: Any) -> bool:
    """Tells whether a value is a text that nothing shows, or several."""
    return isinstance(value, SecretStr) or (
        isinstance(value, tuple) and any(isinstance(item, SecretStr) for item in value)
    )

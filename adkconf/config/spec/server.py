"""How the server listens, and whom it lets in."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr, WithJsonSchema

from adkconf.config.spec.section import Section


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_TOKEN = {"type": "string", "minLength": 1, "writeOnly": True, "examples": ["${API_TOKEN:?}"]}

Tokens = Annotated[
    tuple[SecretStr, ...],
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [_TOKEN, {"type": "array", "items": _TOKEN, "minItems": 1}]}),
]


class AuthSpec(Section):
    """Who may call."""

    bearer: Tokens
    """A request needs this token, or one of these, as `Authorization: Bearer <token>`."""


class ServerSpec(Section):
    """How `adkconf serve` listens, and whom it lets in."""

    host: str = Field(default="127.0.0.1", min_length=1)
    """The address to listen on; other than loopback it needs `auth`."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port; 0 takes a free one."""
    allow_origins: tuple[str, ...] = ()
    """Web origins whose pages may call, like `https://app.example.com`; `*` for all."""
    allow_hosts: tuple[str, ...] = ()
    """Names that a `Host` header may carry, besides those of loopback and `allow_origins`."""
    max_body_bytes: int = Field(default=20 * 1024 * 1024, ge=1)
    """The largest request body, and the largest message on a websocket."""
    drain_seconds: float = Field(default=30, ge=0)
    """How long a replaced app may take to finish its runs."""
    auth: AuthSpec | None = None
    """Who may call."""

"""How the server listens, and whom it lets in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from adkconf.config.spec.section import Section
from adkconf.config.spec.server_access import AuthSpec, LimitsSpec


class ServerSpec(Section):
    """How `adkconf serve` listens, and whom it lets in."""

    host: str = Field(default="127.0.0.1", min_length=1)
    """The address to listen on; other than loopback it needs `auth`."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port; 0 takes a free one."""
    workers: int = Field(default=1, ge=1)
    """How many processes serve. Each has all apps; sessions must be where all find them."""
    allow_origins: tuple[str, ...] = ()
    """Web origins whose pages may call, like `https://app.example.com`; `*` for all."""
    allow_hosts: tuple[str, ...] = ()
    """Names that a `Host` header may carry, besides those of loopback and `allow_origins`."""
    max_body_bytes: int = Field(default=20 * 1024 * 1024, ge=1)
    """The largest request body, and the largest message on a websocket."""
    drain_seconds: float = Field(default=30, ge=0)
    """How long a replaced app may take to finish its runs."""
    on_disconnect: Literal["cancel", "continue"] = "cancel"
    """What becomes of a run whose client leaves. With `continue` it goes on, frames of `/run_sse`
    carry ids, and a client that comes back with `Last-Event-ID` hears the rest."""
    resume_seconds: float = Field(default=60, ge=0)
    """How long after its end a stream may be heard again, with `on_disconnect: continue`."""
    page: bool | None = None
    """Whether the dev page is at `/`, with the app's configuration and graph for it, secrets
    hidden. By default it is on loopback only."""
    metrics: bool = False
    """Whether `/metrics` tells Prometheus how the server does; needs the extra
    `adkconf[metrics]`."""
    log_format: Literal["text", "json"] = "text"
    """Lines for people on standard error, or a JSON object each, with ids of request and run."""
    auth: AuthSpec | None = None
    """Who may call."""
    limits: LimitsSpec = Field(default_factory=LimitsSpec)
    """How much clients may take."""
    client_state: Literal["session", "user", "all"] | None = None
    """Which state clients may write: of their session, also `user:` keys, or also `app:` keys,
    which all users see. Left out, those whose token is a user's may not write `app:` keys, and
    others may write all. What belongs to the runtime nobody may write."""

"""How the server listens and whom it lets in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from adkconf.config.spec.server import ServerSpec


@dataclass(frozen=True)
class Settings:
    """Defaults are for one developer on one machine.

    `port` 0 takes a free one. `tokens`: a request needs one of them as a bearer token; empty
    means no authentication, which only a loopback host allows. `allow_origins`: web origins
    (`https://app.example.com`, or `*` for all) whose pages may call, besides the server's own.
    `allow_hosts`: names that a `Host` header may carry, besides those of loopback and of
    `allow_origins`; on a public host empty means any. `drain_seconds`: how long a replaced or
    stopping app may take to finish its runs. `lasting_runs`: a run goes on when its client leaves,
    and its stream may be heard again until `resume_seconds` after its end. `page`: whether the dev
    page is served; None means on loopback only.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    tokens: tuple[str, ...] = field(default=(), repr=False)
    allow_origins: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    max_body_bytes: int = 20 * 1024 * 1024
    drain_seconds: float = 30.0
    lasting_runs: bool = False
    resume_seconds: float = 60.0
    page: bool | None = None

    @classmethod
    def of(cls, spec: ServerSpec, *, host: str | None = None, port: int | None = None) -> Self:
        """Takes the settings of a file; a host and a port that are given win."""
        tokens = spec.auth.bearer if spec.auth else ()
        return cls(
            host=spec.host if host is None else host,
            port=spec.port if port is None else port,
            tokens=tuple(token.get_secret_value() for token in tokens),
            allow_origins=spec.allow_origins,
            allow_hosts=spec.allow_hosts,
            max_body_bytes=spec.max_body_bytes,
            drain_seconds=spec.drain_seconds,
            lasting_runs=spec.on_disconnect == "continue",
            resume_seconds=spec.resume_seconds,
            page=spec.page,
        )

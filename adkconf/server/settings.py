"""How the server listens and whom it lets in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from adkconf.config.spec.server import ServerSpec
from adkconf.config.spec.server_access import JwtSpec, LimitsSpec, UserTokenSpec

_LIVE = ("tokens", "users", "jwt", "subject_is_user", "limits", "client_state")


@dataclass(frozen=True)
class Settings:
    """Defaults are for one developer on one machine.

    `port` 0 takes a free one. A request needs one of the `tokens`, or a token of one of the `users`
    (a mapping to them from their tokens), or one that is right by `jwt`; if there is none of all
    three nothing is asked for, which only a loopback host allows. `subject_is_user`: who has the
    token of a user may be that user only. `client_state`: which state clients may write;
    None leaves `app:` keys to those who may be any user.
    `allow_origins`: web origins (`https://app.example.com`, or `*` for all) whose pages may call,
    besides the server's own.
    `allow_hosts`: names that a `Host` header may carry, besides those of loopback and of
    `allow_origins`; on a public host empty means any. `drain_seconds`: how long a replaced or
    stopping app may take to finish its runs. `lasting_runs`: a run goes on when its client leaves,
    and its stream may be heard again until `resume_seconds` after its end. `page`: whether the dev
    page is served; None means on loopback only. `metrics`: `/metrics` is served.
    `worker`: which of several processes it is, from 1.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    tokens: tuple[str, ...] = field(default=(), repr=False)
    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    jwt: JwtSpec | None = None
    subject_is_user: bool = True
    client_state: Literal["session", "user", "all"] | None = None
    limits: LimitsSpec = field(default_factory=LimitsSpec)
    allow_origins: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    max_body_bytes: int = 20 * 1024 * 1024
    drain_seconds: float = 30.0
    lasting_runs: bool = False
    resume_seconds: float = 60.0
    page: bool | None = None
    metrics: bool = False
    worker: int | None = None

    @classmethod
    def of(cls, spec: ServerSpec, *, host: str | None = None, port: int | None = None) -> Self:
        """Takes the settings of a file; a host and a port that are given win."""
        bearer = spec.auth.bearer if spec.auth else ()
        users = [token for token in bearer if isinstance(token, UserTokenSpec)]
        return cls(
            host=spec.host if host is None else host,
            port=spec.port if port is None else port,
            tokens=tuple(
                token.get_secret_value() for token in bearer if not isinstance(token, UserTokenSpec)
            ),
            users={user.token.get_secret_value(): user.subject for user in users},
            jwt=spec.auth.jwt if spec.auth else None,
            subject_is_user=spec.auth is None or spec.auth.subject_is_user,
            client_state=spec.client_state,
            limits=spec.limits,
            allow_origins=spec.allow_origins,
            allow_hosts=spec.allow_hosts,
            max_body_bytes=spec.max_body_bytes,
            drain_seconds=spec.drain_seconds,
            lasting_runs=spec.on_disconnect == "continue",
            resume_seconds=spec.resume_seconds,
            page=spec.page,
            metrics=spec.metrics,
        )

    @property
    def asks_for_tokens(self) -> bool:
        """Whether a request needs a token."""
        return bool(self.tokens or self.users or self.jwt)

    def with_access_of(self, edited: Self) -> Self:
        """Returns these settings with what a reload takes over from others: whom they let in."""
        return replace(self, **{name: getattr(edited, name) for name in _LIVE})

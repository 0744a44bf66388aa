"""Who may call a server, and how much of it they may take."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, ConfigDict, Field

from adkconf.config.spec.secret import Secret
from adkconf.config.spec.section import Section

PublicKeyAlgorithm = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
]
SecretAlgorithm = Literal["HS256", "HS384", "HS512"]

PUBLIC_KEY_ALGORITHMS: tuple[str, ...] = get_args(PublicKeyAlgorithm)
SECRET_ALGORITHMS: tuple[str, ...] = get_args(SecretAlgorithm)


class UserTokenSpec(Section):
    """A token of one user's."""

    token: Secret
    """The token."""
    subject: str = Field(min_length=1)
    """The user whose token it is: the only `userId` that it opens."""


def _several(value: Any) -> Any:
    return [value] if isinstance(value, (str, dict)) else value


Tokens = Annotated[
    tuple[Secret | UserTokenSpec, ...],
    BeforeValidator(
        _several,
        json_schema_input_type=Secret | UserTokenSpec | tuple[Secret | UserTokenSpec, ...],
    ),
]


class JwtSpec(Section):
    """Tokens that an identity provider signs; needs the extra `adkconf[jwt]`.

    Give one of `jwks_url`, `public_key` and `secret`; without any the issuer is asked where its
    keys are, as OpenID Connect Discovery has it.
    """

    issuer: str = Field(min_length=1)
    """Who must have signed them: the claim `iss`. An address is asked for its keys with
    `/.well-known/openid-configuration` added, if nothing else tells of them."""
    audience: str = Field(min_length=1)
    """For whom they must be: the claim `aud`."""
    jwks_url: str | None = None
    """Where the provider shows its public keys; new ones are fetched when they are met."""
    public_key: str | None = None
    """The provider's public key, as PEM."""
    secret: Secret | None = None
    """The secret that both sides know, for the algorithms `HS…`."""
    algorithms: tuple[Literal[PublicKeyAlgorithm, SecretAlgorithm], ...] = ()
    """The algorithms that are accepted; left out, those that go with the key."""
    subject_claim: str = Field(default="sub", min_length=1)
    """The claim that names the user."""
    leeway_seconds: float = Field(default=30, ge=0)
    """By how much the clocks may differ."""


class AuthSpec(Section):
    """Who may call. A reload takes changes over at once."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    bearer: Tokens = Field(default=(), min_length=1)
    """A request needs this token, or one of these, as `Authorization: Bearer <token>`; browsers
    open websockets with the protocols `bearer, <token>`."""
    jwt: JwtSpec | None = None
    """Or a token that an identity provider signed."""
    subject_is_user: bool = True
    """Whether who has a token for a subject may be that user only."""


class LimitsSpec(Section):
    """How much clients may take; what is `null` has no limit. A reload takes changes over.

    With `--workers` each worker counts for itself.
    """

    requests_per_second: float | None = Field(default=None, gt=0)
    """Of one client on average: of a token's subject, else of an address, which behind a proxy
    is the proxy's. Two seconds' worth may come at once; more is refused with 429."""
    runs: int | None = Field(default=None, ge=1)
    """How many runs go on at a time."""
    waiting_runs: int = Field(default=100, ge=0)
    """How many more may wait for their turn; the next ones are refused with 503."""
    runs_per_user: int | None = Field(default=None, ge=1)
    """How many runs a user may have going on or waiting; more are refused with 429."""
    messages_per_second: float | None = Field(default=None, gt=0)
    """What one websocket may send on average; whoever sends more is hung up on."""
    headers: int = Field(default=100, ge=1)
    """How many header lines a request may have."""
    header_bytes: int = Field(default=64 * 1024, ge=1024)
    """How large the head of a request may be."""
    head_seconds: float = Field(default=20, gt=0)
    """How long a connection may take to send the head of a request."""
    body_seconds: float = Field(default=60, gt=0)
    """How long a body may take, plus one second for each 64 KiB of it that have come."""
    idle_seconds: float = Field(default=75, gt=0)
    """How long a connection is kept for a next request. It should be longer than the proxy in
    front keeps it, or requests are lost that are on their way when it is closed."""
    stalled_seconds: float = Field(default=60, gt=0)
    """How long a client may read nothing of what waits for it."""

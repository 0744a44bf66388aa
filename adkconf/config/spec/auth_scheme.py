"""How services want to be authenticated to, in OpenAPI's names."""

# ruff: noqa: N815 (the keys are OpenAPI's own)
from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from adkconf.config.spec.section import Section


class ApiKeySchemeSpec(Section):
    """A key in a header, a cookie or the query."""

    type: Literal["apiKey"]
    """OpenAPI's kind of scheme."""
    name: str = Field(min_length=1)
    """The header, cookie or parameter."""
    in_: Literal["header", "query", "cookie"] = Field(alias="in")
    """Where a request carries it."""
    description: str | None = None
    """What the key is."""


class HttpSchemeSpec(Section):
    """The Authorization header."""

    type: Literal["http"]
    """OpenAPI's kind of scheme."""
    scheme: str = Field(min_length=1)
    """Its first word: `bearer`, `basic`."""
    bearerFormat: str | None = None
    """What a bearer token is, like `JWT`."""
    description: str | None = None
    """What the token is."""


class SignInFlowSpec(Section):
    """The provider gives the browser a code, which is exchanged for tokens."""

    authorizationUrl: str = ""
    """Where the user signs in; unset, the provider at `issuer_url` tells it."""
    tokenUrl: str = ""
    """Where tokens are given; unset, the provider at `issuer_url` tells it."""
    refreshUrl: str | None = None
    """Where tokens are refreshed, if elsewhere."""
    scopes: dict[str, str] = Field(default_factory=dict)
    """What the token is for: each scope with its description."""


class ClientFlowSpec(Section):
    """The agent signs in for itself."""

    tokenUrl: str = ""
    """Where tokens are given; unset, the provider at `issuer_url` tells it."""
    scopes: dict[str, str] = Field(default_factory=dict)
    """What the token is for: each scope with its description."""


class OAuthFlowsSpec(Section):
    """The flows of OAuth2 that the service offers."""

    authorizationCode: SignInFlowSpec | None = None
    """A user signs in."""
    clientCredentials: ClientFlowSpec | None = None
    """The agent signs in for itself; no user is asked."""


class OAuth2SchemeSpec(Section):
    """OAuth2."""

    type: Literal["oauth2"]
    """OpenAPI's kind of scheme."""
    flows: OAuthFlowsSpec
    """How tokens are had."""
    issuer_url: str | None = None
    """A provider that tells the addresses that the flows leave out (RFC 8414)."""
    description: str | None = None
    """What the sign-in is for."""


class OpenIdSchemeSpec(Section):
    """OpenID Connect, with a provider that tells its endpoints."""

    type: Literal["openIdConnect"]
    """OpenAPI's kind of scheme."""
    openIdConnectUrl: str = Field(min_length=1)
    """Where it tells them: `https://…/.well-known/openid-configuration`."""
    scopes: list[str] | None = None
    """What the token is for; unset, `openid`."""
    description: str | None = None
    """What the sign-in is for."""


class OpenIdEndpointsSpec(Section):
    """OpenID Connect, with the provider's endpoints."""

    type: Literal["openIdConnect"]
    """OpenAPI's kind of scheme."""
    authorization_endpoint: str = Field(min_length=1)
    """Where the user signs in."""
    token_endpoint: str = Field(min_length=1)
    """Where tokens are given."""
    grant_types_supported: list[str] | None = None
    """With `client_credentials` the agent signs in for itself; no user is asked."""
    scopes: list[str] | None = None
    """What the token is for."""
    description: str | None = None
    """What the sign-in is for."""


def _scheme_kind(data: Any) -> str:
    if isinstance(data, Section):
        return type(data).__name__
    if data.get("type") == "openIdConnect" and "openIdConnectUrl" not in data:
        return "OpenIdEndpointsSpec"
    return _SCHEMES.get(data.get("type"), "")


_SCHEMES = {
    "apiKey": "ApiKeySchemeSpec",
    "http": "HttpSchemeSpec",
    "oauth2": "OAuth2SchemeSpec",
    "openIdConnect": "OpenIdSchemeSpec",
}

AuthSchemeSpec: TypeAlias = Annotated[
    Annotated[ApiKeySchemeSpec, Tag("ApiKeySchemeSpec")]
    | Annotated[HttpSchemeSpec, Tag("HttpSchemeSpec")]
    | Annotated[OAuth2SchemeSpec, Tag("OAuth2SchemeSpec")]
    | Annotated[OpenIdSchemeSpec, Tag("OpenIdSchemeSpec")]
    | Annotated[OpenIdEndpointsSpec, Tag("OpenIdEndpointsSpec")],
    Discriminator(_scheme_kind),
    WithJsonSchema({"x-by": "type"}),
]
"""How the service wants to be authenticated to."""

"""How a service wants to be authenticated to: OpenAPI's security schemes, and two more."""

# ruff: noqa: N815 (the fields have OpenAPI's own names)
from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from adkconf.auth.auth_model import AuthModel


class SecuritySchemeType(StrEnum):
    """OpenAPI's kinds of schemes."""

    apiKey = "apiKey"
    http = "http"
    oauth2 = "oauth2"
    openIdConnect = "openIdConnect"


AuthSchemeType = SecuritySchemeType


class _OpenApiModel(BaseModel):
    model_config = ConfigDict(extra="allow", populate_by_name=True)


class SecurityBase(_OpenApiModel):
    """What all schemes of OpenAPI have."""

    type_: SecuritySchemeType = Field(alias="type")
    description: str | None = None


class APIKeyIn(StrEnum):
    """Where a request carries its key."""

    query = "query"
    header = "header"
    cookie = "cookie"


class APIKey(SecurityBase):
    """A key under `name` in a header, a cookie or the query."""

    type_: Literal[SecuritySchemeType.apiKey] = Field(
        default=SecuritySchemeType.apiKey, alias="type"
    )
    in_: APIKeyIn = Field(alias="in")
    name: str


class HTTPBase(SecurityBase):
    """The Authorization header with a `scheme` of HTTP."""

    type_: Literal[SecuritySchemeType.http] = Field(default=SecuritySchemeType.http, alias="type")
    scheme: str


class HTTPBearer(HTTPBase):
    """A token in the Authorization header."""

    scheme: Literal["bearer"] = "bearer"
    bearerFormat: str | None = None


class OAuthFlow(_OpenApiModel):
    """What all flows have; `scopes` maps each scope to its description.

    Addresses may be left to the provider at `ExtendedOAuth2.issuer_url`.
    """

    refreshUrl: str | None = None
    scopes: dict[str, str] = Field(default_factory=dict)


class OAuthFlowImplicit(OAuthFlow):
    """The provider gives the browser a token."""

    authorizationUrl: str = ""


class OAuthFlowPassword(OAuthFlow):
    """A password is exchanged for a token."""

    tokenUrl: str = ""


class OAuthFlowClientCredentials(OAuthFlow):
    """The client signs in for itself."""

    tokenUrl: str = ""


class OAuthFlowAuthorizationCode(OAuthFlow):
    """The provider gives the browser a code, which is exchanged for a token."""

    authorizationUrl: str = ""
    tokenUrl: str = ""


class OAuthFlows(_OpenApiModel):
    """The flows that a service offers."""

    implicit: OAuthFlowImplicit | None = None
    password: OAuthFlowPassword | None = None
    clientCredentials: OAuthFlowClientCredentials | None = None
    authorizationCode: OAuthFlowAuthorizationCode | None = None


class OAuth2(SecurityBase):
    """OAuth2 with its flows."""

    type_: Literal[SecuritySchemeType.oauth2] = Field(
        default=SecuritySchemeType.oauth2, alias="type"
    )
    flows: OAuthFlows


class ExtendedOAuth2(OAuth2):
    """OAuth2 with a provider that tells the addresses that the flows leave out."""

    issuer_url: str | None = None


class OpenIdConnect(SecurityBase):
    """OpenID Connect, described at an address."""

    type_: Literal[SecuritySchemeType.openIdConnect] = Field(
        default=SecuritySchemeType.openIdConnect, alias="type"
    )
    openIdConnectUrl: str


class OpenIdConnectWithConfig(SecurityBase):
    """OpenID Connect with its endpoints written down."""

    type_: Literal[SecuritySchemeType.openIdConnect] = Field(
        default=SecuritySchemeType.openIdConnect, alias="type"
    )
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str | None = None
    revocation_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] | None = None
    grant_types_supported: list[str] | None = None
    scopes: list[str] | None = None


class CustomAuthScheme(AuthModel):
    """A scheme of one's own; subclass it and give `type_` a default."""

    type_: str = Field(alias="type")


SecurityScheme: TypeAlias = APIKey | HTTPBearer | HTTPBase | OAuth2 | OpenIdConnect
AuthScheme: TypeAlias = SecurityScheme | ExtendedOAuth2 | OpenIdConnectWithConfig | CustomAuthScheme

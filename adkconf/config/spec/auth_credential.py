"""What agents have to authenticate with, in google-adk's names."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, WithJsonSchema

from adkconf.config.spec.secret import Secret
from adkconf.config.spec.section import Section


class ApiKeyCredentialSpec(Section):
    """A key."""

    auth_type: Literal["apiKey"]
    """The kind of credential."""
    api_key: Secret
    """The key."""


class HttpCredentialsSpec(Section):
    """A user name with a password, or a token."""

    username: str | None = None
    """The user name."""
    password: Secret | None = None
    """The password."""
    token: Secret | None = None
    """The token."""


class HttpAuthSpec(Section):
    """What stands in the Authorization header."""

    scheme: str = Field(min_length=1)
    """Its first word: `bearer`, `basic`."""
    credentials: HttpCredentialsSpec
    """What follows."""


class HttpCredentialSpec(Section):
    """A password or token for HTTP."""

    auth_type: Literal["http"]
    """The kind of credential."""
    http: HttpAuthSpec
    """The credential."""


class OAuth2ClientSpec(Section):
    """The agent's client at an OAuth2 provider."""

    client_id: str = Field(min_length=1)
    """The client."""
    client_secret: Secret | None = None
    """Its secret; a client without one is public and signs in with PKCE."""
    redirect_uri: str | None = None
    """Where the provider sends the browser back to."""
    audience: str | None = None
    """Which service the token is for, where the provider asks."""
    prompt: str | None = None
    """OpenID Connect's `prompt`; unset, `consent`."""
    nonce: str | None = None
    """OpenID Connect's `nonce`."""
    code_challenge_method: Literal["S256"] | None = None
    """PKCE for a client with a secret."""
    token_endpoint_auth_method: Literal["client_secret_basic", "client_secret_post"] | None = None
    """How the client proves itself; unset, `client_secret_basic`."""


class OAuth2CredentialSpec(Section):
    """A client for OAuth2 or OpenID Connect."""

    auth_type: Literal["oauth2", "openIdConnect"]
    """The kind of credential."""
    oauth2: OAuth2ClientSpec
    """The client."""


class ServiceAccountSpec(Section):
    """A Google service account: its key, or the credentials of the machine."""

    service_account_credential: Secret | None = None
    """The text of its key file: `${file:/run/secrets/key.json}`."""
    scopes: list[str] | None = None
    """What the access token is for."""
    use_default_credential: bool = False
    """Take the credentials of the machine instead of a key."""
    use_id_token: bool = False
    """Take an ID token for `audience` instead of an access token."""
    audience: str | None = None
    """The service that an ID token is for."""


class ServiceAccountCredentialSpec(Section):
    """A Google service account; no user is asked."""

    auth_type: Literal["serviceAccount"]
    """The kind of credential."""
    service_account: ServiceAccountSpec
    """The account."""


AuthCredentialSpec: TypeAlias = Annotated[
    ApiKeyCredentialSpec | HttpCredentialSpec | OAuth2CredentialSpec | ServiceAccountCredentialSpec,
    Discriminator("auth_type"),
    WithJsonSchema({"x-by": "auth_type"}),
]
"""What the agent has for it."""

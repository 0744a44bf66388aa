"""Credentials of every kind: keys, passwords, tokens, OAuth2 clients, service accounts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from adkconf.auth.auth_model import AuthModel

# Kept out of texts, and of what is sent to clients and stored in sessions.
Secret = Annotated[str | None, Field(repr=False)]


class CredentialModel(AuthModel):
    """A part of a credential; the fields that no text shows are the secret ones."""

    def without_secrets(self) -> Self:
        """Returns a copy without secret fields and without keys that are not known."""
        changes: dict[str, Any] = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if not field.repr:
                changes[name] = None
            elif isinstance(value, CredentialModel):
                changes[name] = value.without_secrets()
        copy = self.model_copy(update=changes)
        copy.__pydantic_extra__ = {}
        return copy


class HttpCredentials(CredentialModel):
    """A user name with a password, or a token."""

    username: str | None = None
    password: Secret = None
    token: Secret = None


class HttpAuth(CredentialModel):
    """HTTP authentication; `scheme` is the word of the Authorization header: basic, bearer."""

    scheme: str
    credentials: HttpCredentials
    additional_headers: Annotated[dict[str, str] | None, Field(repr=False)] = None


class OAuth2Auth(CredentialModel):
    """An OAuth2 client, a sign-in under way, and the tokens it ended with.

    The agent gives `client_id` and, unless the client is public, `client_secret`. The request to
    the user has `auth_uri` and `state`. The answer brings `auth_response_uri`, the whole address
    that the provider sent the browser to, or `auth_code`, or the tokens themselves.
    """

    client_id: str | None = None
    client_secret: Secret = None
    auth_uri: str | None = None
    nonce: str | None = None
    state: str | None = None
    redirect_uri: str | None = None
    auth_response_uri: Secret = None
    auth_code: Secret = None
    access_token: Secret = None
    refresh_token: Secret = None
    id_token: Secret = None
    expires_at: int | None = None
    expires_in: int | None = None
    audience: str | None = None
    prompt: str | None = None
    code_verifier: Secret = None
    code_challenge_method: str | None = None
    token_endpoint_auth_method: (
        Literal["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt"]
        | None
    ) = "client_secret_basic"


class ServiceAccountCredential(CredentialModel):
    """The fields of a Google service account's key file."""

    type_: str = Field(default="", alias="type")
    project_id: str
    private_key_id: Annotated[str, Field(repr=False)]
    private_key: Annotated[str, Field(repr=False)]
    client_email: str
    client_id: str
    auth_uri: str
    token_uri: str
    auth_provider_x509_cert_url: str
    client_x509_cert_url: str
    universe_domain: str


class ServiceAccount(CredentialModel):
    """A Google service account: its key, or the credentials of the machine.

    `use_id_token` asks for an ID token for `audience` instead of an access token for `scopes`.
    """

    service_account_credential: ServiceAccountCredential | None = None
    scopes: list[str] | None = None
    use_default_credential: bool | None = False
    use_id_token: bool | None = False
    audience: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.use_default_credential and self.service_account_credential is None:
            raise ValueError(
                "service_account_credential is required unless use_default_credential is true"
            )
        if self.use_id_token and not self.audience:
            raise ValueError(
                "audience is required with use_id_token: the address of the service to be called"
            )
        return self


class AuthCredentialTypes(StrEnum):
    """The kinds of credentials."""

    API_KEY = "apiKey"
    HTTP = "http"
    OAUTH2 = "oauth2"
    OPEN_ID_CONNECT = "openIdConnect"
    SERVICE_ACCOUNT = "serviceAccount"


class AuthCredential(CredentialModel):
    """One credential; `auth_type` says which of the other fields holds it."""

    auth_type: AuthCredentialTypes
    resource_ref: str | None = None
    api_key: Secret = None
    http: HttpAuth | None = None
    # A key file has nothing in it that a client should see.
    service_account: Annotated[ServiceAccount | None, Field(repr=False)] = None
    oauth2: OAuth2Auth | None = None

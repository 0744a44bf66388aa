"""Credentials that the user is asked for, or that the agent has."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from adkconf.config.spec.auth_credential import AuthCredentialSpec
from adkconf.config.spec.auth_scheme import AuthSchemeSpec
from adkconf.config.spec.section import Section


class AuthConfigSpec(Section):
    """A credential, with google-adk's names (AuthConfig)."""

    auth_scheme: AuthSchemeSpec
    """How the service wants to be authenticated to: one of OpenAPI's security schemes."""
    raw_auth_credential: AuthCredentialSpec | None = None
    """What the app has for it: for OAuth2 the client, `{auth_type: oauth2, oauth2: {client_id: …,
    client_secret: …}}`."""
    credential_key: str | None = Field(default=None, min_length=1)
    """The name the credential is kept under; without it, one made of the scheme and the rest."""


class OptionalAuthArguments(Section):
    """Arguments of tools that may need a credential; subclass it."""

    model_config = ConfigDict(
        json_schema_extra={
            "dependentRequired": {
                "auth_credential": ["auth_scheme"],
                "credential_key": ["auth_scheme"],
            }
        }
    )

    auth_scheme: AuthSchemeSpec | None = None
    """How the service wants to be authenticated to, as OpenAPI describes it."""
    auth_credential: AuthCredentialSpec | None = None
    """What the agent has for it: a key, a client, a service account; unset, the user gives it."""
    credential_key: str | None = Field(default=None, min_length=1)
    """What the credential is kept under; unset, it is made of the other two."""

"""Credentials that the user is asked for."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from adkconf.config.spec.section import Section


class AuthConfigSpec(Section):
    """A credential, with google-adk's names (AuthConfig)."""

    auth_scheme: dict[str, Any] = Field(
        examples=[{"type": "apiKey", "in": "header", "name": "X-Key"}]
    )
    """How the service wants to be authenticated to: one of OpenAPI's security schemes."""
    raw_auth_credential: dict[str, Any] | None = None
    """What the app has for it: for OAuth2 the client, `{auth_type: oauth2, oauth2: {client_id: …,
    client_secret: …}}`."""
    credential_key: str | None = None
    """The name the credential is kept under; without it, one made of the scheme and the rest."""

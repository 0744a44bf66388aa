"""What a tool asks the user for."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Self

from pydantic import BaseModel, field_validator, model_validator

from adkconf.auth.auth_credential import AuthCredential, OAuth2Auth
from adkconf.auth.auth_model import AuthModel
from adkconf.auth.auth_schemes import AuthScheme

# What differs from one sign-in with the same client to the next.
_OF_ONE_SIGN_IN = (
    "auth_uri",
    "state",
    "auth_response_uri",
    "auth_code",
    "access_token",
    "refresh_token",
    "expires_at",
    "expires_in",
    "redirect_uri",
)


class AuthConfig(AuthModel):
    """A credential that a tool needs.

    `auth_scheme` says how the service is authenticated to, `raw_auth_credential` what the agent
    has for it (an OAuth2 client, for one), `exchanged_auth_credential` what the user has added.
    `credential_key` is the name the credential is kept under; unset, it is made of the scheme and
    the raw credential, and is the same as google-adk's.
    """

    auth_scheme: AuthScheme
    raw_auth_credential: AuthCredential | None = None
    exchanged_auth_credential: AuthCredential | None = None
    credential_key: str = ""

    @field_validator("auth_scheme", mode="before")
    @classmethod
    def _openapi_models_of_others(cls, scheme: Any) -> Any:
        """Takes the same models of FastAPI, which programs for google-adk use here."""
        if isinstance(scheme, BaseModel) and not isinstance(scheme, AuthScheme):
            return scheme.model_dump(mode="json", by_alias=True, exclude_none=True)
        return scheme

    @field_validator("credential_key", mode="before")
    @classmethod
    def _no_key(cls, key: Any) -> Any:
        return "" if key is None else key

    @model_validator(mode="after")
    def _named(self) -> Self:
        self.credential_key = self.credential_key or self._extra_key() or self._made_key()
        return self

    def _extra_key(self) -> str:
        for holder in (self.raw_auth_credential, self.auth_scheme):
            extra = (holder.model_extra if holder is not None else None) or {}
            key = extra.get("credential_key") or extra.get("credentialKey")
            if isinstance(key, str) and key:
                return key
        return ""

    def _made_key(self) -> str:
        kind = self.auth_scheme.type_
        scheme = f"{getattr(kind, 'name', kind)}_{_digest(self.auth_scheme)}"
        raw = self.raw_auth_credential
        if raw is None:
            return f"adk_{scheme}_"
        if raw.oauth2 is not None:
            lasting: OAuth2Auth = raw.oauth2.model_copy(update=dict.fromkeys(_OF_ONE_SIGN_IN, None))
            raw = raw.model_copy(update={"oauth2": lasting})
        return f"adk_{scheme}_{raw.auth_type.value}_{_digest(raw)}"

    def without_secrets(self) -> AuthConfig:
        """Returns a copy that may be shown to clients and stored."""
        raw, exchanged = self.raw_auth_credential, self.exchanged_auth_credential
        return self.model_copy(
            update={
                "raw_auth_credential": raw and raw.without_secrets(),
                "exchanged_auth_credential": exchanged and exchanged.without_secrets(),
            }
        )


class AuthToolArguments(AuthModel):
    """The arguments of `adk_request_credential`: which call needs the credential, and which one."""

    function_call_id: str
    auth_config: AuthConfig


def _digest(model: BaseModel) -> str:
    known = model.model_copy()
    known.__pydantic_extra__ = {}
    data = known.model_dump(mode="json", by_alias=True, exclude_none=True)
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]

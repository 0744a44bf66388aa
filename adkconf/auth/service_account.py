"""Tokens of Google service accounts."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import google.auth
from google.auth.exceptions import GoogleAuthError
from google.auth.jwt import decode
from google.auth.transport.requests import Request
from google.oauth2 import service_account
from google.oauth2.id_token import fetch_id_token_credentials

from adkconf.auth.auth_credential import (
    AuthCredential,
    AuthCredentialTypes,
    HttpAuth,
    HttpCredentials,
    ServiceAccount,
)
from adkconf.errors import InputValidationError, ServiceError

_CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"
# A token that is near its end is replaced before calls fail.
_LEEWAY_S = 300


@dataclass(frozen=True, slots=True)
class _Token:
    credential: AuthCredential
    expires_at: float


# Service accounts belong to the agent, not to users; there are as many as the app has tools.
_TOKENS: dict[str, _Token] = {}


def service_account_token(account: ServiceAccount) -> AuthCredential:
    """Returns the account's token as an HTTP bearer credential; it is kept until it expires.

    Blocks the calling thread while it asks for one.

    Raises:
        InputValidationError: a key without scopes, where an access token is asked for.
        ServiceError: no token is given.
    """
    identity = hashlib.sha256(account.model_dump_json().encode()).hexdigest()
    known = _TOKENS.get(identity)
    if known is None or known.expires_at - _LEEWAY_S < time.time():
        known = _fetch(account)
        _TOKENS[identity] = known
    return known.credential.model_copy(deep=True)


def _fetch(account: ServiceAccount) -> _Token:
    try:
        credentials, project = _credentials(account)
        credentials.refresh(Request())
    # google-auth's texts may quote what it was given.
    except (GoogleAuthError, ValueError) as error:
        if isinstance(error, InputValidationError):
            raise
        raise ServiceError(
            f"the service account got no token ({type(error).__name__}); check its key, its "
            "scopes or audience, and that the token endpoint can be reached"
        ) from None
    headers = {"x-goog-user-project": project} if project else None
    http = HttpAuth(
        scheme="bearer",
        credentials=HttpCredentials(token=credentials.token),
        additional_headers=headers,
    )
    credential = AuthCredential(auth_type=AuthCredentialTypes.HTTP, http=http)
    return _Token(credential, _expiry(credentials))


def _credentials(account: ServiceAccount) -> tuple[Any, str | None]:
    """Returns google-auth's credentials, and the project that calls are charged to."""
    key = account.service_account_credential
    info = key.model_dump(by_alias=False, exclude={"type_"}) if key is not None else {}
    if account.use_id_token:
        if account.use_default_credential:
            found = fetch_id_token_credentials(account.audience)  # type: ignore[no-untyped-call]
            return found, None
        return service_account.IDTokenCredentials.from_service_account_info(  # type: ignore[no-untyped-call]
            info, target_audience=account.audience
        ), None
    if account.use_default_credential:
        found, project = google.auth.default(scopes=account.scopes or [_CLOUD_PLATFORM])
        return found, found.quota_project_id or project
    if not account.scopes:
        raise InputValidationError(
            "service_account needs scopes: what its access token is for; for an ID token set "
            "use_id_token and audience"
        )
    return service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
        info, scopes=account.scopes
    ), None


def _expiry(credentials: Any) -> float:
    if credentials.expiry is not None:
        return float(credentials.expiry.replace(tzinfo=UTC).timestamp())
    try:
        return float(decode(credentials.token, verify=False)["exp"])  # type: ignore[no-untyped-call]
    except (KeyError, ValueError):
        return 0.0

"""Turns the code of a sign-in into tokens."""

from __future__ import annotations

import logging
from typing import Any

from adkconf.auth.auth_credential import OAuth2Auth
from adkconf.auth.auth_schemes import AuthScheme, OAuth2, OpenIdConnectWithConfig
from adkconf.errors import MissingExtraError

_TIMEOUT_S = 10.0
_TOKENS = ("access_token", "refresh_token", "id_token", "expires_at", "expires_in")

logger = logging.getLogger("adkconf.auth")


def token_url(scheme: AuthScheme) -> str | None:
    """Returns where codes are exchanged, or None where that is not how the scheme works."""
    if isinstance(scheme, OpenIdConnectWithConfig):
        return scheme.token_endpoint
    if isinstance(scheme, OAuth2) and scheme.flows.authorizationCode is not None:
        return scheme.flows.authorizationCode.tokenUrl
    return None


def exchange_code(url: str, client: OAuth2Auth) -> OAuth2Auth | None:
    """Returns the client with its tokens; None when the provider refuses or cannot be reached.

    Blocks the calling thread, for ten seconds at most.

    Raises:
        MissingExtraError: Authlib is not installed.
    """
    try:
        # An optional extra.
        from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
        from authlib.integrations.requests_client import (  # type: ignore[import-untyped]
            OAuth2Session,
        )
    except ImportError as error:
        raise MissingExtraError(
            "signing in with OAuth2", extra="oauth", package="authlib"
        ) from error
    session = OAuth2Session(
        client.client_id,
        client.client_secret,
        redirect_uri=client.redirect_uri,
        state=client.state,
        token_endpoint_auth_method=(
            client.token_endpoint_auth_method if client.client_secret else "none"
        ),
    )
    try:
        with session:
            token = session.fetch_token(
                url,
                grant_type="authorization_code",
                authorization_response=client.auth_response_uri,
                code=client.auth_code,
                timeout=_TIMEOUT_S,
                **({"code_verifier": client.code_verifier} if client.code_verifier else {}),
            )
    except (AuthlibBaseError, OSError, ValueError) as error:
        # Its text may quote the code; the short name of the failure is enough to go by.
        reason = getattr(error, "error", None) or type(error).__name__
        logger.warning("the token endpoint %s gave no token: %s", url, reason)
        return None
    return client.model_copy(update=_tokens(token))


def _tokens(token: Any) -> dict[str, Any]:
    return {name: token[name] for name in _TOKENS if token.get(name) is not None}

"""Asks a provider's token endpoint: for the code of a sign-in, a refresh, or the client itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any

from adkconf.auth.auth_credential import OAuth2Auth
from adkconf.auth.auth_schemes import AuthScheme, OAuth2, OAuthFlow, OpenIdConnectWithConfig
from adkconf.errors import MissingExtraError

_TIMEOUT_S = 10.0
# A token counts as expired a little earlier: clocks differ, and a call takes its time.
_LEEWAY_S = 60
_TEXTS = ("access_token", "refresh_token", "id_token")
_TIMES = ("expires_at", "expires_in")

logger = logging.getLogger("adkconf.auth")


def is_client_grant(scheme: AuthScheme) -> bool:
    """Tells whether the client signs in for itself, without a user."""
    if isinstance(scheme, OpenIdConnectWithConfig):
        return "client_credentials" in (scheme.grant_types_supported or ())
    return isinstance(scheme, OAuth2) and scheme.flows.clientCredentials is not None


def token_url(scheme: AuthScheme) -> str | None:
    """Returns where tokens are given, or None where that is not how the scheme works."""
    if isinstance(scheme, OpenIdConnectWithConfig):
        return scheme.token_endpoint
    if isinstance(scheme, OAuth2):
        flow = scheme.flows.clientCredentials or scheme.flows.authorizationCode
        return flow.tokenUrl if flow is not None else None
    return None


def is_expired(client: OAuth2Auth) -> bool:
    """Tells whether the access token has expired, or will within a minute."""
    return client.expires_at is not None and client.expires_at - _LEEWAY_S < time.time()


def exchange_code(scheme: AuthScheme, client: OAuth2Auth) -> OAuth2Auth | None:
    """Returns the client with its tokens; None when the provider refuses or cannot be reached.

    Blocks the calling thread, for ten seconds at most.

    Raises:
        MissingExtraError: Authlib is not installed.
    """
    return _ask(
        token_url(scheme),
        client,
        grant_type="authorization_code",
        authorization_response=client.auth_response_uri,
        code=client.auth_code,
        **({"code_verifier": client.code_verifier} if client.code_verifier else {}),
    )


def refresh_tokens(scheme: AuthScheme, client: OAuth2Auth) -> OAuth2Auth | None:
    """Returns the client with fresh tokens, like `exchange_code`; None without a refresh token."""
    if not client.refresh_token:
        return None
    flow = scheme.flows.authorizationCode if isinstance(scheme, OAuth2) else None
    url = (flow.refreshUrl if flow is not None else None) or token_url(scheme)
    given = {"grant_type": "refresh_token", "refresh_token": client.refresh_token}
    return _ask(url, client, **given)


def grant_to_client(scheme: AuthScheme, client: OAuth2Auth) -> OAuth2Auth | None:
    """Returns the client with tokens of its own, like `exchange_code`."""
    extra = {"scope": " ".join(_scopes(scheme)), "audience": client.audience}
    given = {name: value for name, value in extra.items() if value}
    return _ask(token_url(scheme), client, grant_type="client_credentials", **given)


def _scopes(scheme: AuthScheme) -> Iterable[str]:
    if isinstance(scheme, OpenIdConnectWithConfig):
        return scheme.scopes or ()
    flow: OAuthFlow | None = scheme.flows.clientCredentials if isinstance(scheme, OAuth2) else None
    return flow.scopes if flow is not None else ()


def _ask(url: str | None, client: OAuth2Auth, **request: Any) -> OAuth2Auth | None:
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
            token = session.fetch_token(url, timeout=_TIMEOUT_S, **request)
    except (AuthlibBaseError, OSError, ValueError) as error:
        # Its text may quote the code; the short name of the failure is enough to go by.
        reason = getattr(error, "error", None) or type(error).__name__
        logger.warning("the token endpoint %s gave no token: %s", url, reason)
        return None
    return client.model_copy(update=_tokens(token))


def _tokens(token: Any) -> dict[str, Any]:
    """Returns what changes: a provider that keeps its refresh token need not send it again."""
    texts = {name: token[name] for name in _TEXTS if token.get(name)}
    return {**texts, **{name: int(token[name]) if token.get(name) else None for name in _TIMES}}

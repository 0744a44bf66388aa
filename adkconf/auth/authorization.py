"""The address where a user signs in, and what proves that the answer belongs to it.

`state` ties the answer to the request. The verifier of PKCE ties the exchange of the code to it;
it is computed from the state with a key that only the server has, so that nothing secret has to
be kept between the request and the answer.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlencode, urlsplit

from adkconf.auth.auth_credential import OAuth2Auth
from adkconf.auth.auth_schemes import AuthScheme, OAuth2, OpenIdConnectWithConfig

# For clients without a secret: their sign-ins end with the process that began them.
_KEY_OF_THIS_PROCESS = secrets.token_bytes(32)


def authorize(scheme: AuthScheme, client: OAuth2Auth) -> OAuth2Auth:
    """Returns the client with a fresh `state` and the `auth_uri` that the user has to open.

    Raises:
        ValueError: the scheme has no address to sign in at, the client no id, or PKCE a method
            other than S256.
    """
    if not client.client_id:
        raise ValueError("auth_credential.oauth2 has no client_id; the sign-in needs one")
    address, response_type, scopes = _endpoint(scheme)
    if not address:
        raise ValueError("the auth_scheme has no address where a user can sign in")
    state = secrets.token_urlsafe(32)
    query = {
        "response_type": response_type,
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
        "access_type": "offline",
        "prompt": client.prompt or "consent",
        "audience": client.audience,
        "nonce": client.nonce,
    }
    method = client.code_challenge_method or (None if client.client_secret else "S256")
    if method is not None:
        if method != "S256":
            raise ValueError(f"code_challenge_method {method!r} is not supported; use 'S256'")
        query |= {
            "code_challenge": _challenge(verifier(client, state)),
            "code_challenge_method": method,
        }
    given = urlencode({name: value for name, value in query.items() if value})
    return client.model_copy(
        update={
            "state": state,
            "auth_uri": f"{address}{'&' if urlsplit(address).query else '?'}{given}",
            "code_challenge_method": method,
        }
    )


def verifier(client: OAuth2Auth, state: str) -> str:
    """Returns PKCE's secret for one sign-in: the configured one, or 43 characters of its own."""
    if client.code_verifier:
        return client.code_verifier
    key = client.client_secret.encode() if client.client_secret else _KEY_OF_THIS_PROCESS
    return _base64(hmac.digest(key, f"pkce:{state}".encode(), "sha256"))


def states_in(answer: OAuth2Auth) -> set[str]:
    """Returns every `state` that an answer carries, also inside the address it came with."""
    address = urlsplit(answer.auth_response_uri or "")
    found = {answer.state, *_states(address.query), *_states(address.fragment)}
    return {state for state in found if state}


def _states(query: str) -> list[str]:
    return parse_qs(query).get("state", [])


def _endpoint(scheme: AuthScheme) -> tuple[str, str, list[str]]:
    """Returns where to sign in, what to ask for, and the scopes."""
    if isinstance(scheme, OpenIdConnectWithConfig):
        return scheme.authorization_endpoint, "code", list(scheme.scopes or ())
    flows = scheme.flows if isinstance(scheme, OAuth2) else None
    if flows is not None and (code := flows.authorizationCode) is not None:
        return code.authorizationUrl, "code", list(code.scopes)
    if flows is not None and (implicit := flows.implicit) is not None:
        return implicit.authorizationUrl, "token", list(implicit.scopes)
    raise ValueError(
        f"{type(scheme).__name__} has no address where a user can sign in; use OAuth2 with an "
        "authorizationCode flow, or OpenIdConnectWithConfig"
    )


def _challenge(secret: str) -> str:
    return _base64(hashlib.sha256(secret.encode("ascii")).digest())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")

"""How a request carries a credential."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from adkconf.auth.auth_credential import AuthCredential, HttpAuth
from adkconf.auth.auth_schemes import AuthScheme


@dataclass(frozen=True)
class RequestAuth:
    """What is added to a request; secret, and so not shown."""

    headers: dict[str, str] = field(default_factory=dict, repr=False)
    query: dict[str, str] = field(default_factory=dict, repr=False)
    cookies: dict[str, str] = field(default_factory=dict, repr=False)


def request_auth(scheme: AuthScheme, credential: AuthCredential) -> RequestAuth:
    """Returns what a request needs for a credential that is ready for use.

    Nothing where the credential has no token yet.
    """
    if credential.oauth2 is not None:
        token = credential.oauth2.access_token
        return RequestAuth({"Authorization": f"Bearer {token}"} if token else {})
    if credential.http is not None:
        return RequestAuth(_http_headers(credential.http))
    if credential.api_key is None:
        return RequestAuth()
    name = str(getattr(scheme, "name", ""))
    pair = {name: credential.api_key}
    match str(getattr(scheme, "in_", "header")):
        case "query":
            return RequestAuth(query=pair)
        case "cookie":
            return RequestAuth(cookies=pair)
    return RequestAuth(pair)


def _http_headers(http: HttpAuth) -> dict[str, str]:
    given, kind = http.credentials, http.scheme.lower()
    value = None
    if kind == "basic" and given.username and given.password:
        pair = f"{given.username}:{given.password}".encode()
        value = f"Basic {base64.b64encode(pair).decode()}"
    elif kind != "basic" and given.token:
        value = f"{'Bearer' if kind == 'bearer' else http.scheme} {given.token}"
    return {**({"Authorization": value} if value else {}), **(http.additional_headers or {})}

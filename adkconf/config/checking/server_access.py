"""Checks that the tokens a server asks for can be told true from false."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.spec.server_access import (
    PUBLIC_KEY_ALGORITHMS,
    SECRET_ALGORITHMS,
    AuthSpec,
    JwtSpec,
)

_KEYS = ("jwks_url", "public_key", "secret")
_TOGETHER = "E207"
_MALFORMED = "E206"


def check_auth(auth: AuthSpec) -> Iterator[Diagnostic]:
    """Yields what is wrong with `server.auth`."""
    # Nothing at all is for the schema to tell, also where it took out what does not fit.
    if auth.model_fields_set and not auth.bearer and auth.jwt is None:
        yield auth.diagnostic(
            _TOGETHER,
            "'auth' asks for no token: neither 'bearer' nor 'jwt' is there",
            hint="add bearer: ${API_TOKEN:?}, or leave 'auth' out",
        )
    if auth.jwt is not None:
        yield from _check_jwt(auth.jwt)


def _check_jwt(jwt: JwtSpec) -> Iterator[Diagnostic]:
    given = [name for name in _KEYS if getattr(jwt, name) is not None]
    if len(given) != 1:
        what = f"{' and '.join(map(repr, given))} exclude each other" if given else "no key"
        yield jwt.diagnostic(
            _TOGETHER,
            f"what proves a token true? {what}",
            hint="give one of jwks_url, public_key and secret",
            steps=tuple(given[1:2]),
        )
        return
    # Else a public key, which everybody has, could be taken for the secret that signs.
    [key] = given
    fitting = SECRET_ALGORITHMS if key == "secret" else PUBLIC_KEY_ALGORITHMS
    for index, name in enumerate(jwt.algorithms):
        if name not in fitting:
            yield jwt.diagnostic(
                _TOGETHER,
                f"the algorithm {name!r} does not go with {key!r}",
                hint=f"use some of {', '.join(fitting)}",
                steps=("algorithms", index),
            )
    if jwt.jwks_url is not None and not _is_safe(jwt.jwks_url):
        yield jwt.diagnostic(
            _MALFORMED,
            f"keys from {jwt.jwks_url!r} could be anybody's",
            hint="use an address that begins with https://",
            steps=("jwks_url",),
        )


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""Checks that the tokens a server asks for can be told true from false."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from adkconf.config.addresses import is_authentic
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
    if len(given) > 1:
        yield jwt.diagnostic(
            _TOGETHER,
            f"what proves a token true? {' and '.join(map(repr, given))} exclude each other",
            hint="give one of jwks_url, public_key and secret",
            steps=(given[1],),
        )
        return
    key = given[0] if given else "issuer"
    yield from _check_algorithms(jwt, key)
    if key == "issuer" and not _can_be_asked(jwt.issuer):
        yield jwt.diagnostic(
            _TOGETHER,
            f"what proves a token true? no key, and {jwt.issuer!r} cannot be asked for its keys",
            hint="give one of jwks_url, public_key and secret, or an issuer of the form https://…",
        )
    if jwt.jwks_url is not None and not is_authentic(jwt.jwks_url):
        yield jwt.diagnostic(
            _MALFORMED,
            f"keys from {jwt.jwks_url!r} could be anybody's",
            hint="use an address that begins with https://",
            steps=("jwks_url",),
        )


def _check_algorithms(jwt: JwtSpec, key: str) -> Iterator[Diagnostic]:
    # Else a public key, which everybody has, could be taken for the secret that signs.
    fitting = SECRET_ALGORITHMS if key == "secret" else PUBLIC_KEY_ALGORITHMS
    for index, name in enumerate(jwt.algorithms):
        if name not in fitting:
            yield jwt.diagnostic(
                _TOGETHER,
                f"the algorithm {name!r} does not go with {key!r}",
                hint=f"use some of {', '.join(fitting)}",
                steps=("algorithms", index),
            )


def _can_be_asked(issuer: str) -> bool:
    """Tells whether an issuer is an address as OpenID Connect wants it."""
    return is_authentic(issuer) and not (urlsplit(issuer).query or urlsplit(issuer).fragment)

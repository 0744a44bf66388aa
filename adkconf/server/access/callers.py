"""Who sends a request: what its token says."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from adkconf.server.access.jwt_verifier import JwtVerifier
from adkconf.server.access.verdict import Head
from adkconf.server.settings import Settings

# Browsers cannot send headers with a websocket's handshake, but they can name protocols.
WEBSOCKET_PROTOCOL = "bearer"


@dataclass(frozen=True)
class Caller:
    """Whoever sends a request.

    `subject`: whom the token is for; None if it is nobody's in particular, or none was asked for.
    `user`: the only user whose data the caller may have; None means any.
    """

    subject: str | None = None
    user: str | None = None


@dataclass(frozen=True)
class _Token:
    digest: bytes
    subject: str | None


class Callers:
    """Tells callers by their tokens; made anew when these change."""

    def __init__(self, settings: Settings, before: Callers | None = None) -> None:
        self._settings = settings
        nobodys = [_Token(_digest(token), None) for token in settings.tokens]
        self._tokens = (*nobodys, *(_Token(_digest(t), s) for t, s in settings.users.items()))
        self._verifier: JwtVerifier | None = _verifier(
            settings, before._verifier if before else None
        )

    async def identify(self, head: Head) -> Caller | None:
        """Returns who calls; None if the request needs a token and has no right one.

        Raises:
            Problem: 503, the keys of the identity provider cannot be had.
        """
        if not self._settings.asks_for_tokens:
            return Caller()
        given = bearer_of(head)
        if given is None:
            return None
        known = _find(self._tokens, _digest(given))
        if known is not None:
            return self._caller(known.subject)
        subject = await self._verifier.subject_of(given) if self._verifier else None
        return None if subject is None else self._caller(subject)

    def _caller(self, subject: str | None) -> Caller:
        return Caller(subject, subject if self._settings.subject_is_user else None)


def bearer_of(head: Head) -> str | None:
    """Returns the token of a request: of its one header, or of a websocket's protocols."""
    headers = head.headers.get("authorization", ())
    if len(headers) == 1:
        scheme, _, given = headers[0].partition(" ")
        return given.strip() if scheme.lower() == "bearer" else None
    protocols = [name.strip() for name in (head.one("sec-websocket-protocol") or "").split(",")]
    if headers or not head.is_websocket or len(protocols) != 2:
        return None
    return protocols[1] if protocols[0] == WEBSOCKET_PROTOCOL else None


def _find(tokens: Iterable[_Token], digest: bytes) -> _Token | None:
    # All are compared, so that the time tells nothing.
    same = [token for token in tokens if hmac.compare_digest(digest, token.digest)]
    return same[0] if same else None


def _verifier(settings: Settings, before: JwtVerifier | None) -> JwtVerifier | None:
    """Makes what checks signed tokens; one for the same provider goes on with its keys."""
    if settings.jwt is None or (before is not None and before.spec == settings.jwt):
        return before if settings.jwt is not None else None
    return JwtVerifier(settings.jwt)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()

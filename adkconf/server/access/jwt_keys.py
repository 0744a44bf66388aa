"""The public keys of an identity provider, as it shows them now."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any

import httpx

from adkconf.auth.provider_document import read_document
from adkconf.server.access.jwt_provider import keys_url_of
from adkconf.server.problems import Problem

logger = logging.getLogger("adkconf.server")

_FRESH_SECONDS = 600.0
# A token with a key that nobody knows must not make each request a request to the provider.
_PAUSE_SECONDS = 10.0


class FetchedKeys:
    """Keys by their ids, fetched when they are old or one is not known.

    They are at `url`; without one the issuer is asked each time where they are. While the provider
    does not answer, the keys that were fetched before stay good.
    """

    def __init__(self, issuer: str, url: str | None) -> None:
        self._issuer = issuer
        self._url = url
        self._keys: Mapping[str | None, Any] = {}
        self._tried_at: float | None = None
        self._fetched_at: float | None = None
        self._turn = asyncio.Lock()

    async def find(self, key_id: str | None) -> Any:
        """Returns a key, or None if the provider has none of this id.

        Raises:
            Problem: 503, there never was an answer of the provider.
        """
        if self._is_wanted(key_id):
            async with self._turn:
                if self._is_wanted(key_id):
                    await self._fetch()
        if self._fetched_at is None:
            raise Problem(503, "the identity provider does not answer; try again later")
        return self._keys.get(key_id)

    def _is_wanted(self, key_id: str | None) -> bool:
        now = time.monotonic()
        if self._tried_at is not None and now - self._tried_at < _PAUSE_SECONDS:
            return False
        is_old = self._fetched_at is None or now - self._fetched_at > _FRESH_SECONDS
        return is_old or key_id not in self._keys

    async def _fetch(self) -> None:
        self._tried_at = time.monotonic()
        try:
            url = self._url or await keys_url_of(self._issuer)
            keys = _parsed(await read_document(url))
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, TimeoutError) as error:
            # The first line: httpx adds where to read on.
            reason = str(error).partition("\n")[0] or type(error).__name__
            logger.warning("cannot fetch the keys of %s: %s", self._url or self._issuer, reason)
            return
        self._keys, self._fetched_at = keys, self._tried_at


def _parsed(shown: Any) -> dict[str | None, Any]:
    """Returns the public keys that sign; a secret among them would be everybody's."""
    import jwt  # the extra `jwt`

    if not isinstance(shown, dict) or not isinstance(shown.get("keys"), list):
        raise ValueError("no key set")
    keys: dict[str | None, Any] = {}
    for entry in shown["keys"]:
        is_usable = isinstance(entry, dict) and entry.get("kty") in {"RSA", "EC", "OKP"}
        if not is_usable or entry.get("use", "sig") != "sig":
            continue
        try:
            keys[entry.get("kid")] = jwt.PyJWK(entry)
        except jwt.PyJWTError:
            continue  # of a kind that the library does not know
    return keys

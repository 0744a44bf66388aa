"""What an identity provider shows to everybody: small JSON documents, and where its keys are."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

import httpx

from adkconf.config.addresses import is_authentic

_WELL_KNOWN = "/.well-known/openid-configuration"
_TIMEOUT_SECONDS = 5.0
_MAX_BYTES = 512 * 1024


async def keys_url_of(issuer: str) -> str:
    """Asks a provider where its keys are, as OpenID Connect Discovery has it.

    Raises:
        httpx.HTTPError: it does not answer, or not with the document.
        TimeoutError: it takes more than 5 s.
        ValueError: the document is another issuer's, or its keys could be anybody's.
    """
    shown = await read_document(issuer.rstrip("/") + _WELL_KNOWN)
    if not isinstance(shown, dict) or shown.get("issuer") != issuer:
        raise ValueError("its configuration is not for this issuer, letter by letter")
    url = shown.get("jwks_uri")
    if not isinstance(url, str) or not is_authentic(url):
        raise ValueError("its configuration has no 'jwks_uri' that begins with https://")
    # Else a provider elsewhere could name whatever listens on this machine.
    if urlsplit(url).scheme != "https" and urlsplit(issuer).scheme == "https":
        raise ValueError("its configuration has keys that are not fetched by HTTPS")
    return url


async def read_document(url: str) -> Any:
    """Reads a small JSON document; redirects are not followed: they could lead anywhere.

    Raises:
        httpx.HTTPError: there is no answer, or not 200.
        TimeoutError: it takes more than 5 s.
        ValueError: it is larger than 512 KiB, or no JSON.
    """
    body = bytearray()
    async with (
        httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client,
        asyncio.timeout(_TIMEOUT_SECONDS),
        client.stream("GET", url) as answer,
    ):
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > _MAX_BYTES:
                raise ValueError("the document is too large")
    try:
        return json.loads(body)
    except RecursionError as error:
        raise ValueError("the document is nested too deeply") from error

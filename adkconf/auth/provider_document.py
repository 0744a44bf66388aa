"""Small JSON documents that identity providers show to everybody."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

_TIMEOUT_SECONDS = 5.0
_MAX_BYTES = 512 * 1024


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

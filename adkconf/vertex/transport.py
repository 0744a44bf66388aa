"""HTTP requests to Vertex AI: signed, and sent again where that is safe."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any

import httpx

from adkconf.errors import AdkconfError, ServiceUnavailableError
from adkconf.vertex.access import Access
from adkconf.vertex.failure import failure

TookEffect = Callable[[], Awaitable[bool]]

_TIMEOUT = httpx.Timeout(60, connect=10)
# Seconds before each repetition; the service's own Retry-After counts more.
_WAITS = (0.5, 1.0, 2.0, 4.0)
_LONGEST_WAIT = 30.0
_REFUSED = 429
_BROKEN = frozenset({408, 500, 502, 503, 504})
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


async def may_repeat() -> bool:
    """What `took_effect` is for requests that may be sent any number of times."""
    return False


class Transport:
    """Sends for one access. Connections belong to the event loop that they were made in."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._http: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def close(self) -> None:
        """Closes the connections."""
        http, self._http = self._http, None
        if http is not None and self._loop is asyncio.get_running_loop():
            await http.aclose()

    async def send(
        self,
        method: str,
        url: str,
        *,
        took_effect: TookEffect | None = None,
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> httpx.Response | None:
        """Returns a successful answer, or None if `took_effect` had to tell of it.

        A request that the service put off (429) or never got is sent again. One that broke off may
        have been carried out: it is sent again only if `took_effect` says that it was not.

        Raises:
            AdkconfError: the service refused; see `failure`.
            ServiceUnavailableError: it could not be reached.
        """
        for wait in (*_WAITS, None):
            outcome = await self._try(method, url, headers or {}, content)
            if isinstance(outcome, httpx.Response) and outcome.is_success:
                return outcome
            put_off = _was_put_off(outcome)
            if not put_off and (took_effect is None or not _broke_off(outcome)):
                break
            if wait is not None:
                await asyncio.sleep(_pause(outcome, wait))
            if not put_off and took_effect is not None and await took_effect():
                return None
        raise await self._error(outcome)

    async def _try(
        self, method: str, url: str, headers: Mapping[str, str], content: Mapping[str, Any]
    ) -> httpx.Response | httpx.TransportError:
        signed = {**headers, **await self._access.headers()}
        try:
            return await self._client().request(method, url, headers=signed, **content)
        except httpx.TransportError as error:
            return error

    def _client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        if self._http is None or self._loop is not loop:
            self._http = httpx.AsyncClient(timeout=_TIMEOUT, verify=_certificates())
            self._loop = loop
        return self._http

    async def _error(self, outcome: httpx.Response | httpx.TransportError) -> AdkconfError:
        if isinstance(outcome, httpx.TransportError):
            what = " ".join(f"{type(outcome).__name__} {outcome}".split())
            host = outcome.request.url.host
            return ServiceUnavailableError(
                f"Vertex AI at {host} cannot be reached ({what}); check the network and location"
            )
        try:
            body = outcome.json()
        except ValueError:
            body = None
        secrets = (await self._access.headers()).values()
        tokens = [secret.removeprefix("Bearer ") for secret in secrets]
        return failure(outcome.status_code, body, tokens)


@cache
def _certificates() -> ssl.SSLContext:
    """Reads the authorities' certificates once: it takes longer than a request."""
    return httpx.create_ssl_context()


def _was_put_off(outcome: httpx.Response | httpx.TransportError) -> bool:
    """Tells whether the request certainly was not carried out, and may be later."""
    if isinstance(outcome, httpx.Response):
        return outcome.status_code == _REFUSED
    return isinstance(outcome, _NEVER_SENT)


def _broke_off(outcome: httpx.Response | httpx.TransportError) -> bool:
    return isinstance(outcome, httpx.TransportError) or outcome.status_code in _BROKEN


def _pause(outcome: httpx.Response | httpx.TransportError, wait: float) -> float:
    """Returns the seconds that the service asks for, or `wait`, spread out."""
    asked = outcome.headers.get("retry-after", "") if isinstance(outcome, httpx.Response) else ""
    if asked.isdigit():
        return min(float(asked), _LONGEST_WAIT)
    return wait * random.uniform(0.5, 1.5)

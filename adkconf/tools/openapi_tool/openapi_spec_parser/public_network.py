"""Sends requests only to the public network, so that no document leads a model into the own one."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx

from adkconf.errors import InputValidationError

_NAMES = ("localhost", "metadata", "metadata.goog")
_ENDINGS = (".localhost", ".local", ".internal", ".metadata.goog")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


async def send_publicly(client: httpx.AsyncClient, request: dict[str, Any]) -> httpx.Response:
    """Sends a request to one of the addresses that were looked at, and nowhere else.

    Raises:
        InputValidationError: the host is not of the public network, or is not found.
        httpx.HTTPError: it cannot be reached.
    """
    url = httpx.URL(request["url"])
    addresses = await asyncio.to_thread(_addresses, url.host)
    if url.scheme in getproxies() and not proxy_bypass(url.host):
        return await client.request(**request, follow_redirects=False)
    headers = {**request["headers"], "Host": url.netloc.decode()}
    failed: httpx.HTTPError | None = None
    for address in addresses:
        try:
            return await client.request(
                **{**request, "url": url.copy_with(host=str(address)), "headers": headers},
                extensions={"sni_hostname": url.host},
                follow_redirects=False,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failed = error
    raise failed or InputValidationError(f"the host {url.host!r} is not found")


def _addresses(host: str) -> list[_Address]:
    name = host.rstrip(".").lower()
    if not name or name in _NAMES or name.endswith(_ENDINGS):
        raise _refused(host)
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise InputValidationError(f"the host {host!r} is not found") from error
    addresses = list(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))
    if not all(_is_public(address) for address in addresses):
        raise _refused(host)
    return addresses


def _is_public(address: _Address) -> bool:
    inner = _embedded(address)
    return address.is_global and (inner is None or inner.is_global)


def _embedded(address: _Address) -> ipaddress.IPv4Address | None:
    """Returns the address of the older kind that one of the newer stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64 or int(address) >> 32 == 0:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _refused(host: str) -> InputValidationError:
    return InputValidationError(
        f"the host {host!r} is not of the public network; if it is meant, set "
        "allow_private_network_access"
    )

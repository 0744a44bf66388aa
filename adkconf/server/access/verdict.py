"""Decides from a request's head alone whether it may pass; no I/O, one table of tests."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from adkconf.server.settings import Settings

# Probes come without a token; the details of /health are not for them.
OPEN_PATHS = frozenset({"/health", "/ready"})
# The dev page and what it loads: no data of any app.
PAGE_FILES = "/page/"

_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{0,5}))?")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
# It stores files of any type; forms of other sites cannot send it, scripts have to ask first.
_ANY_CONTENT = frozenset({"PUT"})


@dataclass(frozen=True)
class Head:
    """The head of an HTTP request or of a websocket handshake; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, Sequence[str]]
    is_websocket: bool = False

    def one(self, name: str) -> str | None:
        """Returns the first value of a header."""
        values = self.headers.get(name)
        return values[0] if values else None


@dataclass(frozen=True)
class Refusal:
    """The status of the answer, what is wrong and what would be right.

    `retry_after`: in how many seconds it may be right as it is.
    """

    status: int
    detail: str
    retry_after: int | None = None


NO_CALLER = Refusal(401, "this server needs a token: send 'Authorization: Bearer <token>'")


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Tells whether a host name or address, without a port, means this machine."""
    name = host.lower().strip("[]").rstrip(".")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def shows_page(settings: Settings) -> bool:
    """Tells whether the dev page is served: where it was not decided, on loopback only."""
    return is_loopback(settings.host) if settings.page is None else settings.page


def judge(head: Head, settings: Settings) -> Refusal | None:
    """Returns why a request is refused whoever sends it, or None if that depends on who does."""
    return (
        _judge_host(head, settings)
        or _judge_origin(head, settings)
        or _judge_size(head, settings)
        or _judge_body(head, settings)
    )


def needs_caller(head: Head, settings: Settings) -> bool:
    """Tells whether a request passes only with a right token, if the server asks for any.

    Probes pass without, preflights, and the files of the page, which asks for one itself.
    """
    preflight = head.method == "OPTIONS" and "access-control-request-method" in head.headers
    of_page = head.path == "/" or head.path.startswith(PAGE_FILES)
    reads_page = of_page and head.method in {"GET", "HEAD"} and shows_page(settings)
    is_open = preflight or head.path in OPEN_PATHS or reads_page
    return head.is_websocket or not is_open


def _judge_host(head: Head, settings: Settings) -> Refusal | None:
    values = head.headers.get("host", ())
    site = _site(values[0]) if len(values) == 1 else None
    if site is None:
        return Refusal(400, "the request must carry exactly one valid Host header")
    host, _ = site
    # On loopback, a page whose name was rebound to this machine still sends its own name.
    anything_goes = not is_loopback(settings.host) and not settings.allow_hosts
    if is_loopback(host) or anything_goes or host in _allowed_hosts(settings):
        return None
    return Refusal(403, f"host {host!r} is not allowed; see server.allow_hosts")


def _allowed_hosts(settings: Settings) -> set[str]:
    origins = (origin.partition("://")[2] for origin in settings.allow_origins)
    sites = (_site(name) for name in (*settings.allow_hosts, *origins))
    return {site[0] for site in sites if site is not None}


def _judge_origin(head: Head, settings: Settings) -> Refusal | None:
    origins = head.headers.get("origin", ())
    if len(origins) > 1:
        return Refusal(400, "the request must carry at most one Origin header")
    if origins:
        if _origin_allowed(origins[0], head, settings):
            return None
        return Refusal(403, f"origin {origins[0]!r} is not allowed; see server.allow_origins")
    # Browsers leave Origin out of some requests; they say so with these.
    if head.one("sec-fetch-site") == "cross-site" and not _is_navigation(head):
        return Refusal(403, "requests of other sites are not allowed; see server.allow_origins")
    return None


def _origin_allowed(origin: str, head: Head, settings: Settings) -> bool:
    if origin == "null":
        return False
    if "*" in settings.allow_origins or origin in settings.allow_origins:
        return True
    scheme, _, authority = origin.partition("://")
    site = _site(authority)
    return (
        scheme in {"http", "https"} and site is not None and site == _site(head.one("host") or "")
    )


def _site(authority: str) -> tuple[str, str] | None:
    """Splits `host[:port]`; None if malformed.

    The default ports are one, and none: a proxy may have taken the TLS off.
    """
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        return None
    host, port = match.groups(default="")
    return host.strip("[]").rstrip(".").lower(), "" if port in {"80", "443"} else port


def _is_navigation(head: Head) -> bool:
    is_reading = head.method == "GET" and not head.is_websocket
    return is_reading and head.one("sec-fetch-mode") == "navigate"


def _judge_size(head: Head, settings: Settings) -> Refusal | None:
    limits = settings.limits
    lines = [(name, value) for name, values in head.headers.items() for value in values]
    size = len(head.path) + sum(len(name) + len(value) + 4 for name, value in lines)
    if len(lines) <= limits.headers and size <= limits.header_bytes:
        return None
    return Refusal(431, "the headers are too many or too large; see server.limits")


def _judge_body(head: Head, settings: Settings) -> Refusal | None:
    length = head.one("content-length") or "0"
    if not (length.isascii() and length.isdigit()):
        return Refusal(400, "Content-Length must be a number")
    if int(length) > settings.max_body_bytes:
        return too_large(settings)
    has_body = int(length) > 0 or "transfer-encoding" in head.headers
    if head.method in _READING or head.method in _ANY_CONTENT or not has_body:
        return None
    # Also what keeps forms of other sites out: they cannot send this type.
    media_type = (head.one("content-type") or "").partition(";")[0].strip().lower()
    if media_type == "application/json" or media_type.endswith("+json"):
        return None
    return Refusal(415, "the body must be JSON: send 'Content-Type: application/json'")


def too_large(settings: Settings) -> Refusal:
    """The answer to a body over the limit."""
    return Refusal(
        413, f"the body is larger than {settings.max_body_bytes} bytes; see server.max_body_bytes"
    )

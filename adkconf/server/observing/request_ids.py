"""Which request, and which run, the present work belongs to: for logs and for clients."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

REQUEST_ID = "X-Request-Id"
_FIT = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")

current_request: ContextVar[str | None] = ContextVar("current_request", default=None)
current_invocation: ContextVar[str | None] = ContextVar("current_invocation", default=None)


def request_id(given: str | None) -> str:
    """Returns the id that a proxy or a client gave, if it may stand in a log, or else a new one."""
    return given if given and _FIT.fullmatch(given) else uuid.uuid4().hex

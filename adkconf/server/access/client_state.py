"""Which state clients may write."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import HTTPConnection

from adkconf.server.access.callers import Caller
from adkconf.server.problems import Problem
from adkconf.server.settings import Settings

_USERS, _APPS = "user:", "app:"
_CLOSED: dict[str, tuple[str, ...]] = {"session": (_USERS, _APPS), "user": (_APPS,), "all": ()}
_SCOPES = (_USERS, _APPS, "temp:")
# Where runtimes keep what they trust: credentials, and google-adk's recordings of models.
_OF_RUNTIME = ("adk_", "_adk_", "__adk_")


def check_state(connection: HTTPConnection, keys: Iterable[str]) -> None:
    """Refuses keys that are not for clients.

    Raises:
        Problem: 403, `server.client_state` does not allow one, or it belongs to the runtime.
    """
    settings: Settings = connection.scope["state"]["settings"]
    caller: Caller = connection.scope["state"]["caller"]
    allowed = settings.client_state or ("all" if caller.user is None else "user")
    closed = _CLOSED[allowed]
    for key in keys:
        own = key.partition(":")[2] if key.startswith(_SCOPES) else key
        if own.startswith(_OF_RUNTIME):
            raise Problem(403, f"clients cannot write the state {key!r}: it is the runtime's")
        if key.startswith(closed):
            raise Problem(403, f"clients may not write {key!r}; see server.client_state")

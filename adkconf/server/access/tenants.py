"""Users kept apart: who has the token of one gets nothing of another's."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from adkconf.server.access.callers import Caller
from adkconf.server.problems import Problem

# Routes whose path names no user and that users may ask all the same: they show no user's data, or
# find out the user in the body or the query. Any other is for those whose token is nobody's.
FOR_ALL = frozenset(
    {
        *("/health", "/ready", "/version", "/openapi.json", "/", "/page/{name}"),
        *("/list-apps", "/apps/{app_name}/app-info"),
        *("/run", "/run_sse", "/run_live"),
        *("/config/telemetry", "/dev-ui/config", "/dev-ui/assets/config/runtime-config.json"),
    }
)


class Tenant:
    """Lets users only to the routes that are for all, and to their own."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self.app = app
        self.is_for_all = path in FOR_ALL

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        user = _caller(scope).user
        if user is not None and not self.is_for_all:
            named = scope["path_params"].get("user_id")
            if named is None:
                raise Problem(403, "this is for those who run the server, not for its users")
            _check(user, named)
        await self.app(scope, receive, send)


def check_user(connection: HTTPConnection, user_id: str) -> None:
    """Refuses what is done for a user by another.

    Raises:
        Problem: 403, the caller's token is for another user.
    """
    user = _caller(connection.scope).user
    if user is not None:
        _check(user, user_id)


def subject_of(connection: HTTPConnection) -> str | None:
    """Returns whom the caller's token is for, if it is for somebody."""
    return _caller(connection.scope).subject


def _check(user: str, named: str) -> None:
    if named != user:
        raise Problem(403, "the token is for another user than the request")


def _caller(scope: Scope) -> Caller:
    caller: Caller = scope["state"]["caller"]
    return caller

"""Errors as problem+json (RFC 9457), without tracebacks.

`detail` is also where google-adk's clients look; for a body that does not fit it is the list of
faults that they expect.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from adkconf.errors import AdkconfError, ServiceError

logger = logging.getLogger("adkconf.server")

# Nobody reads it, but access logs do: the client was gone before the answer.
_CLIENT_CLOSED_REQUEST = 499


class Problem(Exception):  # noqa: N818 (it is an answer, not a fault)
    """An answer other than the expected one; `detail` is text, or the faults of a body."""

    def __init__(
        self,
        status: int,
        detail: str | list[dict[str, Any]],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


def problem_response(status: int, detail: str | list[dict[str, Any]]) -> Response:
    """Makes the response of a problem."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return Response(
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        status_code=status,
        media_type="application/problem+json",
    )


def answer_of(problem: Problem) -> Response:
    """Makes the response of a problem that was raised."""
    response = problem_response(problem.status, problem.detail)
    response.headers.update(problem.headers)
    return response


def describe(error: Exception) -> str:
    """Returns one line on an error; ours need no class name to be understood."""
    return str(error) if isinstance(error, AdkconfError) else f"{type(error).__name__}: {error}"


def log_failure(where: str, error: Exception) -> None:
    """Writes one line; the traceback only to those who debug."""
    logger.error("%s failed: %s", where, describe(error))
    logger.debug("the traceback of this failure:", exc_info=error)


def unknown_problem() -> Response:
    """Makes the response to an error that nobody foresaw; its text may hold anything."""
    return problem_response(500, "the server failed to answer this; its log says why")


def _on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer_of(error)


def _on_known(request: Request, error: Exception) -> Response:
    assert isinstance(error, AdkconfError)
    if error.http_status >= 500:
        log_failure(f"{request.method} {request.url.path}", error)
    if isinstance(error, ServiceError):
        # Backends put addresses and statements into their messages: those are for the log.
        return problem_response(503, "a backend of this app is not available; try again later")
    return problem_response(error.http_status, str(error))


def _on_unknown(_request: Request, _error: Exception) -> Response:
    return unknown_problem()


def _on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = problem_response(error.status_code, error.detail)
    response.headers.update(error.headers or {})
    return response


def _on_disconnect(_request: Request, _error: Exception) -> Response:
    return Response(status_code=_CLIENT_CLOSED_REQUEST)


HANDLERS: Mapping[Any, Callable[[Request, Exception], Response]] = {
    Problem: _on_problem,
    AdkconfError: _on_known,
    HTTPException: _on_http,
    ClientDisconnect: _on_disconnect,
    Exception: _on_unknown,
}

"""What the server is and how it does."""

from __future__ import annotations

import platform
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adkconf._version import __version__
from adkconf.launch.live import Rejection, Status
from adkconf.server.pin import live_of


async def health(request: Request) -> Response:
    """Answers 200 as long as an app answers, which a broken edit does not change.

    The details are for those who may use the server.
    """
    body: dict[str, Any] = {"status": "ok"}
    if request.state.authorized:
        body |= _details(live_of(request).status())
    return JSONResponse(body)


async def version(_: Request) -> Response:
    """Answers with the version of adkconf and of Python."""
    return JSONResponse(
        {
            "version": __version__,
            "language": "python",
            "language_version": platform.python_version(),
        }
    )


def _details(status: Status) -> dict[str, Any]:
    details: dict[str, Any] = {
        "generation": {
            "number": status.generation,
            "digest": status.digest,
            "since": status.since,
            "inFlight": status.in_flight,
            "draining": status.draining,
        },
        "reloads": {"accepted": status.reloads, "rejected": status.rejections},
        "diagnostics": [asdict(diagnostic) for diagnostic in status.warnings],
    }
    if status.rejection is not None:
        details["rejected"] = _rejected(status.rejection)
    return details


def _rejected(rejection: Rejection) -> dict[str, Any]:
    return {
        "at": rejection.at,
        "message": rejection.message,
        "diagnostics": [asdict(diagnostic) for diagnostic in rejection.diagnostics],
    }


ROUTES = [
    Route("/health", health, methods=["GET"]),
    Route("/version", version, methods=["GET"]),
]

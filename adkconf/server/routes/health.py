"""What the server is and how it does."""

from __future__ import annotations

import platform
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adkconf._version import __version__
from adkconf.config.rendering.excerpt import offending_line
from adkconf.launch.fleet import Fleet
from adkconf.launch.live import Rejection, Status
from adkconf.server.pin import fleet_of


async def health(request: Request) -> Response:
    """Answers 200 as long as the server lives; a broken edit does not change that.

    The details are for those who may use the server: of its app, or of each under `apps`.
    """
    fleet = fleet_of(request)
    body: dict[str, Any] = {"status": "ok" if _all_up(fleet) else "degraded"}
    if request.state.authorized:
        details = {
            member.label: {"app": member.name, **_details(member.live.status())}
            for member in fleet.members
        }
        body |= next(iter(details.values())) if len(details) == 1 else {"apps": details}
    return JSONResponse(body)


async def ready(request: Request) -> Response:
    """Answers 200 while every app answers and none is going, else 503: send requests elsewhere."""
    fleet = fleet_of(request)
    is_ready = _all_up(fleet) and not fleet.is_leaving
    return JSONResponse({"ready": is_ready}, 200 if is_ready else 503)


async def version(_: Request) -> Response:
    """Answers with the version of adkconf and of Python."""
    return JSONResponse(
        {
            "version": __version__,
            "language": "python",
            "language_version": platform.python_version(),
        }
    )


def _all_up(fleet: Fleet) -> bool:
    return all(member.live.is_up for member in fleet.members)


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
    """Tells of a rejection; each diagnostic has its line, `source`, with secrets starred out."""
    return {
        "at": rejection.at,
        "message": rejection.message,
        "diagnostics": [
            {**asdict(found), "source": offending_line(found, rejection.sources)}
            for found in rejection.diagnostics
        ],
    }


ROUTES = [
    Route("/health", health, methods=["GET"]),
    Route("/ready", ready, methods=["GET"]),
    Route("/version", version, methods=["GET"]),
]

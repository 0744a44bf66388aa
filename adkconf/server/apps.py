"""The apps that the server has."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adkconf.agents.base_agent import BaseAgent
from adkconf.server.pin import runner_of


async def list_apps(request: Request) -> Response:
    """Answers with the names of the apps; with `?detailed=true`, with a word on each."""
    runner = runner_of(request)
    if request.query_params.get("detailed", "").lower() not in {"1", "true", "on", "yes"}:
        return JSONResponse([runner.app_name])
    return JSONResponse({"apps": [_summary(runner.app_name, runner.agent)]})


def _summary(app_name: str, root: BaseAgent) -> dict[str, Any]:
    return {
        "name": app_name,
        "rootAgentName": root.name,
        "description": root.description,
        "language": "yaml",
        "isComputerUse": False,
    }


ROUTES = [
    Route("/list-apps", list_apps, methods=["GET"]),
]

"""What requests say about artifacts: whose, which file, which version."""

from __future__ import annotations

from typing import Any, TypedDict

from starlette.requests import Request

from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.server.pin import runner_of
from adkconf.server.problems import Problem
from adkconf.server.wire import path_id

ALL = "/apps/{app_name}/users/{user_id}/sessions/{session_id}/artifacts"
ONE = f"{ALL}/{{name:path}}"


class Scope(TypedDict):
    """Whose files."""

    app_name: str
    user_id: str
    session_id: str


def service_of(request: Request) -> BaseArtifactService:
    """Returns the app's artifact service.

    Raises:
        Problem: 400, it has none.
    """
    service: BaseArtifactService | None = runner_of(request).artifact_service
    if service is None:
        raise Problem(400, "Artifact service is not configured.")
    return service


def scope_of(request: Request) -> Scope:
    """Returns the ids of the path."""
    return {
        "app_name": runner_of(request).app_name,
        "user_id": path_id(request, "user_id"),
        "session_id": path_id(request, "session_id"),
    }


def filename_of(request: Request) -> str:
    """Returns the name of the path; stores check it."""
    name: str = request.path_params["name"]
    return name


def version_number(named: Any) -> int | None:
    """Returns the number of a version; None for `latest`.

    Raises:
        Problem: 422, it is neither.
    """
    if named == "latest":
        return None
    # No store has versions beyond a few digits, and int() is slow on very many.
    if not (named.isascii() and named.isdigit() and len(named) < 10):
        raise Problem(422, "Invalid version ID")
    return int(named)

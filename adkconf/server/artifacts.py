"""Artifacts: save, load, list, delete, and what is known of their versions."""

from __future__ import annotations

from typing import Any, TypedDict

from google.genai import types
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.errors import InputValidationError, NotFoundError
from adkconf.server.pin import runner_of
from adkconf.server.problems import Problem
from adkconf.server.wire import (
    SaveArtifactRequest,
    model_response,
    models_response,
    path_id,
    read_body,
)


class _Scope(TypedDict):
    app_name: str
    user_id: str
    session_id: str


async def save_artifact(request: Request) -> Response:
    """Stores a new version and answers with what is known of it."""
    body = await read_body(request, SaveArtifactRequest)
    service, scope = _service(request), _scope(request)
    try:
        version = await service.save_artifact(
            **scope,
            filename=body.filename,
            artifact=body.artifact,
            custom_metadata=body.custom_metadata,
        )
    except InputValidationError as error:
        raise Problem(400, str(error)) from error
    stored = await service.get_artifact_version(**scope, filename=body.filename, version=version)
    if stored is None:  # deleted in between
        raise NotFoundError("Artifact version not found")
    return model_response(stored)


async def list_artifacts(request: Request) -> Response:
    """Answers with the names of the session's files and of the user's."""
    return JSONResponse(await _service(request).list_artifact_keys(**_scope(request)))


async def load_artifact(request: Request) -> Response:
    """Answers with the part: the version of the path or the query, by default the latest."""
    named = request.path_params.get("version", request.query_params.get("version", "latest"))
    part: types.Part | None = await _service(request).load_artifact(
        **_scope(request), filename=_filename(request), version=_version(named)
    )
    if part is None:
        raise NotFoundError("Artifact not found")
    return model_response(part)


async def list_versions(request: Request) -> Response:
    """Answers with the numbers of a file's versions."""
    return JSONResponse(
        await _service(request).list_versions(**_scope(request), filename=_filename(request))
    )


async def list_versions_metadata(request: Request) -> Response:
    """Answers with what is known of a file's versions."""
    return models_response(
        await _service(request).list_artifact_versions(
            **_scope(request), filename=_filename(request)
        )
    )


async def get_version_metadata(request: Request) -> Response:
    """Answers with what is known of one version."""
    version = await _service(request).get_artifact_version(
        **_scope(request),
        filename=_filename(request),
        version=_version(request.path_params["version"]),
    )
    if version is None:
        raise NotFoundError("Artifact version not found")
    return model_response(version)


async def delete_artifact(request: Request) -> Response:
    """Deletes all versions of a file; one that is not there is fine too."""
    await _service(request).delete_artifact(**_scope(request), filename=_filename(request))
    return JSONResponse(None)


def _service(request: Request) -> BaseArtifactService:
    service: BaseArtifactService | None = runner_of(request).artifact_service
    if service is None:
        raise Problem(400, "Artifact service is not configured.")
    return service


def _scope(request: Request) -> _Scope:
    return {
        "app_name": runner_of(request).app_name,
        "user_id": path_id(request, "user_id"),
        "session_id": path_id(request, "session_id"),
    }


def _filename(request: Request) -> str:
    name: str = request.path_params["name"]
    return name


def _version(named: Any) -> int | None:
    if named == "latest":
        return None
    # No store has versions beyond a few digits, and int() is slow on very many.
    if not (named.isascii() and named.isdigit() and len(named) < 10):
        raise Problem(422, "Invalid version ID")
    return int(named)


_ALL = "/apps/{app_name}/users/{user_id}/sessions/{session_id}/artifacts"
_ONE = f"{_ALL}/{{name:path}}"

# The name may hold slashes, so the longer paths come first.
ROUTES = [
    Route(_ALL, save_artifact, methods=["POST"]),
    Route(_ALL, list_artifacts, methods=["GET"]),
    Route(f"{_ONE}/versions/metadata", list_versions_metadata, methods=["GET"]),
    Route(f"{_ONE}/versions/{{version}}/metadata", get_version_metadata, methods=["GET"]),
    Route(f"{_ONE}/versions/{{version}}", load_artifact, methods=["GET"]),
    Route(f"{_ONE}/versions", list_versions, methods=["GET"]),
    Route(_ONE, load_artifact, methods=["GET"]),
    Route(_ONE, delete_artifact, methods=["DELETE"]),
]

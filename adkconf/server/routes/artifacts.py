"""Artifacts: save, load, list, delete, and what is known of their versions."""

from __future__ import annotations

from google.genai import types
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adkconf.errors import InputValidationError, NotFoundError
from adkconf.server.problems import Problem
from adkconf.server.routes import artifact_contents
from adkconf.server.routes.artifact_scope import (
    ALL,
    ONE,
    filename_of,
    scope_of,
    service_of,
    version_number,
)
from adkconf.server.wire import (
    SaveArtifactRequest,
    model_response,
    models_response,
    read_body,
)


async def save_artifact(request: Request) -> Response:
    """Stores a new version and answers with what is known of it."""
    body = await read_body(request, SaveArtifactRequest)
    service, scope = service_of(request), scope_of(request)
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
    return JSONResponse(await service_of(request).list_artifact_keys(**scope_of(request)))


async def load_artifact(request: Request) -> Response:
    """Answers with the part: the version of the path or the query, by default the latest."""
    named = request.path_params.get("version", request.query_params.get("version", "latest"))
    part: types.Part | None = await service_of(request).load_artifact(
        **scope_of(request), filename=filename_of(request), version=version_number(named)
    )
    if part is None:
        raise NotFoundError("Artifact not found")
    return model_response(part)


async def list_versions(request: Request) -> Response:
    """Answers with the numbers of a file's versions."""
    return JSONResponse(
        await service_of(request).list_versions(**scope_of(request), filename=filename_of(request))
    )


async def list_versions_metadata(request: Request) -> Response:
    """Answers with what is known of a file's versions."""
    return models_response(
        await service_of(request).list_artifact_versions(
            **scope_of(request), filename=filename_of(request)
        )
    )


async def get_version_metadata(request: Request) -> Response:
    """Answers with what is known of one version."""
    version = await service_of(request).get_artifact_version(
        **scope_of(request),
        filename=filename_of(request),
        version=version_number(request.path_params["version"]),
    )
    if version is None:
        raise NotFoundError("Artifact version not found")
    return model_response(version)


async def delete_artifact(request: Request) -> Response:
    """Deletes all versions of a file; one that is not there is fine too."""
    await service_of(request).delete_artifact(**scope_of(request), filename=filename_of(request))
    return JSONResponse(None)


# The name may hold slashes, so the longer paths come first.
ROUTES = [
    *artifact_contents.ROUTES,
    Route(ALL, save_artifact, methods=["POST"]),
    Route(ALL, list_artifacts, methods=["GET"]),
    Route(f"{ONE}/versions/metadata", list_versions_metadata, methods=["GET"]),
    Route(f"{ONE}/versions/{{version}}/metadata", get_version_metadata, methods=["GET"]),
    Route(f"{ONE}/versions/{{version}}", load_artifact, methods=["GET"]),
    Route(f"{ONE}/versions", list_versions, methods=["GET"]),
    Route(ONE, load_artifact, methods=["GET"]),
    Route(ONE, delete_artifact, methods=["DELETE"]),
]

"""The content of artifacts as it is, piece by piece, however large.

google-adk's routes carry contents in JSON, whole; these two are adkconf's own:

- `PUT …/artifacts/{name}` stores the body as a new version.
- `GET …/artifacts/{name}/versions/{version}/content` answers with it; `Range` is kept to.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from adkconf.artifacts.artifact_content import OCTETS, ArtifactContent
from adkconf.errors import InputValidationError, NotFoundError
from adkconf.server.problems import Problem
from adkconf.server.routes.artifact_scope import (
    ONE,
    filename_of,
    scope_of,
    service_of,
    version_number,
)
from adkconf.server.routes.byte_range import ByteRange, read_range
from adkconf.server.wire import model_response


async def save_content(request: Request) -> Response:
    """Stores the body, of the type that its header names, and answers as the JSON route does."""
    service, scope, filename = service_of(request), scope_of(request), filename_of(request)
    try:
        version = await service.save_artifact_stream(
            **scope,
            filename=filename,
            content=request.stream(),
            mime_type=request.headers.get("content-type"),
        )
    except InputValidationError as error:
        raise Problem(400, str(error)) from error
    stored = await service.get_artifact_version(**scope, filename=filename, version=version)
    if stored is None:  # deleted in between
        raise NotFoundError("Artifact version not found")
    return model_response(stored)


async def load_content(request: Request) -> Response:
    """Answers with the bytes of one version, or with the range of them that is asked for."""
    content = await service_of(request).open_artifact(
        **scope_of(request),
        filename=filename_of(request),
        version=version_number(request.path_params["version"]),
    )
    if content is None:
        raise NotFoundError("Artifact version not found")
    headers = _headers(content, filename_of(request))
    try:
        wanted = _wanted(request, content, headers["etag"])
    except ValueError:
        beyond = {"content-range": f"bytes */{content.size}"}
        return Response(status_code=416, headers=beyond)
    start, stop = wanted or ByteRange(0, content.size)
    headers["content-length"] = str(stop - start)
    if wanted is not None:
        headers["content-range"] = f"bytes {start}-{stop - 1}/{content.size}"
    status = 200 if wanted is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return StreamingResponse(content.pieces(start, stop), status_code=status, headers=headers)


def _wanted(request: Request, content: ArtifactContent, etag: str) -> ByteRange | None:
    if request.headers.get("if-range", etag) != etag:
        return None
    return read_range(request.headers.get("range"), content.size)


def _headers(content: ArtifactContent, filename: str) -> dict[str, str]:
    """Describes the content, and keeps browsers from running it: whoever wrote it may be anyone."""
    name = quote(filename.rpartition("/")[2].removeprefix("user:"), safe="")
    version = content.version
    return {
        "content-type": _header_text(version.mime_type),
        "accept-ranges": "bytes",
        "etag": f'"{version.version}-{version.create_time}"',
        "content-disposition": f"attachment; filename*=UTF-8''{name}",
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
    }


def _header_text(mime_type: str | None) -> str:
    # Saved with a JSON route, a type may be any text.
    plain = mime_type is not None and mime_type.isascii() and mime_type.isprintable()
    return mime_type if mime_type and plain else OCTETS


ROUTES = [
    Route(ONE, save_content, methods=["PUT"]),
    Route(f"{ONE}/versions/{{version}}/content", load_content, methods=["GET"]),
]

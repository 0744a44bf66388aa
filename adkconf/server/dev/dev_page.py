"""The dev page at `/`, its files at `/page/`, and what only it asks for.

The files have no data in them and are open; everything else that the page shows comes from routes
that want a token when the server has one.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from adkconf.config.loaded import Loaded
from adkconf.config.spec.app import AppSpec
from adkconf.errors import NotFoundError
from adkconf.server.access.verdict import PAGE_FILES
from adkconf.server.pin import generation_of

_DIRECTORY = Path(__file__).parent / "page"
_FILES = {file.name: file for file in _DIRECTORY.iterdir() if file.is_file()}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# Nothing is loaded from elsewhere, and no text can become a script.
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]
)
_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
# It stands inside of the page as an image; opened by itself it must not do more.
_DRAWING_HEADERS = {
    **_HEADERS,
    "content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
}


async def page(_: Request) -> Response:
    """Answers with the page."""
    return _file("index.html")


async def page_file(request: Request) -> Response:
    """Answers with a file of the page."""
    return _file(request.path_params["name"])


async def graph(request: Request) -> Response:
    """Answers with a picture of the app's agents, tools and services."""
    # Few servers ever draw: this would make each start slower.
    from adkconf.inspection.graph_svg import graph_svg

    _, spec = _read_from(request)
    drawn = await asyncio.to_thread(graph_svg, spec)
    return Response(drawn, media_type=_TYPES[".svg"], headers=_DRAWING_HEADERS)


async def configuration(request: Request) -> Response:
    """Answers with the resolved app, each value with where it came from; secrets are hidden."""
    # As above.
    from adkconf.inspection.presentation import present_app
    from adkconf.inspection.resolved import resolve

    loaded, spec = _read_from(request)
    tree = await asyncio.to_thread(resolve, loaded, spec, profile=loaded.profile, defaults=True)
    return JSONResponse(json.loads(present_app(tree, "json", provenance=True)))


def _file(name: str) -> Response:
    file = _FILES.get(name)
    if file is None:
        raise NotFoundError(f"the page has no file {name!r}")
    return FileResponse(file, media_type=_TYPES[file.suffix], headers=_HEADERS)


def _read_from(request: Request) -> tuple[Loaded, AppSpec]:
    loaded = generation_of(request).built.loaded
    if loaded is None or loaded.spec is None:
        raise NotFoundError("this app was not read from a file")
    return loaded, loaded.spec


ROUTES = [
    Route("/", page, methods=["GET"]),
    Route(f"{PAGE_FILES}{{name}}", page_file, methods=["GET"]),
    Route("/apps/{app_name}/graph", graph, methods=["GET"]),
    Route("/apps/{app_name}/config", configuration, methods=["GET"]),
]

"""The description of the HTTP API for clients and their tools: `GET /openapi.json`."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adkconf._version import __version__
from adkconf.server.operations import MODELS, OPERATIONS, Operation, Schema

_COMPONENTS = "#/components/schemas/"
_PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "object"}}],
            "description": "What is wrong; of a body, each fault with its place.",
        },
    },
    "required": ["type", "title", "status", "detail"],
}
_ID: Schema = {"type": "string", "minLength": 1, "maxLength": 128}


def describe(routes: Iterable[BaseRoute]) -> Route:
    """Returns the route of the description of other routes, which is made when it is asked for."""
    described = [route for route in routes if isinstance(route, Route)]

    @cache
    def text() -> bytes:
        return json.dumps(document(described), ensure_ascii=False).encode()

    async def openapi(_: Request) -> Response:
        return Response(text(), media_type="application/json")

    return Route("/openapi.json", openapi, methods=["GET"])


def document(routes: Iterable[Route]) -> Schema:
    """Returns the OpenAPI document of routes; those without an operation are not for clients."""
    paths: dict[str, Schema] = {}
    for route in routes:
        operation = OPERATIONS.get(route.endpoint)
        if operation is None:
            continue
        path = paths.setdefault(_path(route), {"parameters": _path_parameters(route)})
        for method in sorted((route.methods or set()) - {"HEAD"}):
            path[method.lower()] = _operation(route, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "adkconf",
            "version": __version__,
            "description": "Agent apps behind google-adk's HTTP API.",
        },
        "paths": paths,
        "components": {
            "schemas": {**_models(), "Problem": _PROBLEM},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"bearer": []}],
    }


def _path(route: Route) -> str:
    return re.sub(r":\w+}", "}", route.path)


def _path_parameters(route: Route) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"} | _limits(name)}
        for name in route.param_convertors
    ]


def _limits(name: str) -> Schema:
    return _ID if name.endswith("_id") else {"minLength": 1}


def _operation(route: Route, operation: Operation) -> Schema:
    summary, _, more = inspect.cleandoc(route.endpoint.__doc__ or "").partition("\n\n")
    described: Schema = {
        "operationId": _name(route),
        "summary": " ".join(summary.split()),
        "responses": {
            **{str(status): _answer(content) for status, content in operation.answers.items()},
            "default": _answer({"application/problem+json": {"$ref": f"{_COMPONENTS}Problem"}}),
        },
    }
    if more:
        described["description"] = " ".join(more.split())
    if operation.query:
        described["parameters"] = [
            {"name": name, "in": "query", "schema": schema}
            for name, schema in operation.query.items()
        ]
    if operation.body is not None:
        described["requestBody"] = {
            "required": operation.needs_body,
            "content": {kind: {"schema": _schema(of)} for kind, of in operation.body.items()},
        }
    return described


def _name(route: Route) -> str:
    """Names an operation; one endpoint may be at several paths."""
    versioned = "_version" if route.path.endswith("{version}") else ""
    return f"{route.endpoint.__name__}{versioned}"


def _answer(content: Mapping[str, Any]) -> Schema:
    described: Schema = {"description": "What was asked for." if content else "Nothing."}
    if content:
        described["content"] = {kind: {"schema": _schema(of)} for kind, of in content.items()}
    return described


def _schema(of: Any) -> Schema:
    return {"$ref": f"{_COMPONENTS}{of.__name__}"} if inspect.isclass(of) else of


@cache
def _models() -> Schema:
    wanted: list[tuple[type[BaseModel], Literal["validation"]]] = [
        (model, "validation") for model in MODELS
    ]
    _, schema = models_json_schema(wanted, ref_template=_COMPONENTS + "{model}")
    return {name: _open(model) for name, model in schema["$defs"].items()}


def _open(model: Schema) -> Schema:
    """Makes google-genai's enumerations what they are: they let through words of later versions."""
    if "enum" not in model:
        return model
    return {**{key: model[key] for key in model if key != "enum"}, "examples": model["enum"]}

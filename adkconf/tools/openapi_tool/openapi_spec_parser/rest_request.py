"""From the arguments of a call to the HTTP request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from adkconf.auth.request_auth import RequestAuth
from adkconf.errors import InputValidationError
from adkconf.tools.openapi_tool.openapi_spec_parser.operation import (
    ApiParameter,
    OperationEndpoint,
    body_of,
)


def request_arguments(
    endpoint: OperationEndpoint,
    operation: Mapping[str, Any],
    parameters: tuple[ApiParameter, ...],
    args: Mapping[str, Any],
    auth: RequestAuth,
) -> dict[str, Any]:
    """Returns the arguments of an httpx request: method, url, params, headers and the body.

    Raises:
        InputValidationError: an argument for the path is missing or no plain name.
    """
    given = {
        (each.location, each.original_name): args[each.name]
        for each in parameters
        if args.get(each.name) is not None
    }
    query = {name: value for (place, name), value in given.items() if place == "query"}
    headers = {name: _text(v) for (place, name), v in given.items() if place == "header"}
    cookies = {name: _text(v) for (place, name), v in given.items() if place == "cookie"}
    url, in_path = _address(endpoint, parameters, given)
    cookies |= auth.cookies
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    body, media_type = _body(operation, parameters, args)
    if media_type is not None:
        headers["Content-Type"] = media_type
    return {
        "method": endpoint.method.upper(),
        "url": url,
        "params": {**in_path, **query, **auth.query},
        "headers": {**headers, **auth.headers},
        **body,
    }


def _address(
    endpoint: OperationEndpoint,
    parameters: tuple[ApiParameter, ...],
    given: Mapping[tuple[str, str], Any],
) -> tuple[str, dict[str, Any]]:
    """Returns the address, and the query that the document itself has in it."""
    path = endpoint.path
    for each in parameters:
        place = f"{{{each.original_name}}}"
        if each.location != "path" or place not in path:
            continue
        if ("path", each.original_name) not in given:
            raise InputValidationError(f"the argument {each.name!r} is missing")
        value = _text(given["path", each.original_name])
        if {".", ".."} & set(value.replace("\\", "/").split("/")):
            raise InputValidationError(f"the argument {each.name!r} must not lead to another path")
        path = path.replace(place, quote(value, safe=""))
    parts = urlsplit(f"{endpoint.base_url.removesuffix('/')}{path}")
    query = {name: v[0] if len(v) == 1 else v for name, v in parse_qs(parts.query).items()}
    return parts._replace(query="", fragment="").geturl(), query


def _body(
    operation: Mapping[str, Any], parameters: tuple[ApiParameter, ...], args: Mapping[str, Any]
) -> tuple[dict[str, Any], str | None]:
    """Returns the body as httpx takes it, and the media type where httpx does not know it."""
    if (body := body_of(operation)) is None:
        return {}, None
    media_type, schema = body
    parts = [each for each in parameters if each.location == "body" and each.name in args]
    if schema.get("type") == "object":
        data: Any = {each.original_name: args[each.name] for each in parts}
    else:
        data = args[parts[0].name] if parts else None
    if media_type == "multipart/form-data":
        files = {
            n: v if isinstance(v, bytes) else (None, _text(v)) for n, v in (data or {}).items()
        }
        return ({"files": files} if files else {}), None
    if data is None:
        return {}, media_type
    if media_type == "application/json" or media_type.endswith("+json"):
        return {"content": json.dumps(data, ensure_ascii=False).encode()}, media_type
    if media_type == "application/x-www-form-urlencoded" and isinstance(data, Mapping):
        return {"data": dict(data)}, media_type
    return {"content": data if isinstance(data, bytes) else _text(data).encode()}, media_type


def _text(value: Any) -> str:
    """Returns a value as OpenAPI's style `simple` writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(_text(item) for item in value if item is not None)
    if isinstance(value, Mapping):
        return ",".join(f"{name},{_text(v)}" for name, v in value.items() if v is not None)
    return str(value)

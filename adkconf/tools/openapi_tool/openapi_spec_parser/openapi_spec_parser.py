"""The operations of an OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from adkconf.errors import InputValidationError
from adkconf.tools.openapi_tool.openapi_spec_parser.operation import (
    MAX_NAME,
    OperationEndpoint,
    snake_case,
)

_METHODS = ("get", "post", "put", "delete", "patch", "head", "options", "trace")
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})


@dataclass(frozen=True)
class ParsedOperation:
    """An operation: its tool's name, where it is, and the document's own description of it."""

    name: str
    description: str
    endpoint: OperationEndpoint
    operation: Mapping[str, Any]
    auth_scheme: Mapping[str, Any] | None


def parse(document: Mapping[str, Any]) -> list[ParsedOperation]:
    """Returns the operations in the order of the document.

    Raises:
        InputValidationError: a reference leads out of the document, or it is none.
    """
    if not isinstance(document.get("paths"), Mapping):
        raise InputValidationError("this is no OpenAPI document: it has no 'paths'")
    resolved = _known_types(_Resolver(document).resolve(document), in_schema=False)
    return list(_operations(resolved))


def _operations(document: Mapping[str, Any]) -> Iterator[ParsedOperation]:
    servers = document.get("servers") or ()
    base_url = servers[0].get("url", "") if servers else ""
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    common = document.get("security")
    for path, item in document["paths"].items():
        for method in _METHODS:
            if (written := (item or {}).get(method)) is None:
                continue
            operation = _with_defaults(written, item, path, method)
            own = operation.get("security")
            scheme = _required_scheme(common if own is None else own)
            yield ParsedOperation(
                name=snake_case(operation["operationId"])[:MAX_NAME],
                description=operation.get("description") or operation.get("summary") or "",
                endpoint=OperationEndpoint(base_url=base_url, path=path, method=method),
                operation=operation,
                auth_scheme=schemes.get(scheme),
            )


def _with_defaults(
    operation: Mapping[str, Any], item: Mapping[str, Any], path: str, method: str
) -> dict[str, Any]:
    """Returns an operation with a name, and with the parameters of its path."""
    own = list(operation.get("parameters") or ())
    known = {(each.get("name"), each.get("in")) for each in own}
    common = item.get("parameters") or ()
    more = [each for each in common if (each.get("name"), each.get("in")) not in known]
    name = operation.get("operationId") or snake_case(f"{path}_{method}")
    return {**operation, "operationId": name, "parameters": own + more}


def _required_scheme(security: Any) -> str:
    """Returns the first scheme that is asked for; none where one may do without."""
    if not security or any(not requirement for requirement in security):
        return ""
    return next(iter(security[0]), "")


class _Resolver:
    """Puts what references lead to in their places; one that leads to itself is left out."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._done: dict[str, Any] = {}
        self._open: set[str] = set()

    def resolve(self, value: Any) -> Any:
        """Returns a copy without references."""
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, Mapping):
            return value
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return {key: self.resolve(below) for key, below in value.items()}
        if reference in self._done:
            return deepcopy(self._done[reference])
        if reference in self._open:
            return {key: below for key, below in value.items() if key != "$ref"}
        target = self._find(reference)
        if target is None:
            return dict(value)
        self._open.add(reference)
        self._done[reference] = self.resolve(target)
        return deepcopy(self._done[reference])

    def _find(self, reference: str) -> Any:
        start, *steps = reference.split("/")
        if start != "#":
            raise InputValidationError(
                f"the reference {reference!r} leads out of the OpenAPI document; bundle it into one"
            )
        found: Any = self._document
        for step in steps:
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, Mapping) or name not in found:
                return None
            found = found[name]
        return found


def _known_types(value: Any, *, in_schema: bool) -> Any:
    """Returns a copy whose schemas have only types that JSON schema knows."""
    if isinstance(value, list):
        return [_known_types(item, in_schema=in_schema) for item in value]
    if not isinstance(value, Mapping):
        return value
    copy = {
        key: _known_types(below, in_schema=in_schema or key in ("schema", "schemas"))
        for key, below in value.items()
    }
    if in_schema and isinstance(kind := copy.get("type"), (str, list)):
        given = [kind] if isinstance(kind, str) else [k for k in kind if isinstance(k, str)]
        known = list(dict.fromkeys(k.lower() for k in given if k.lower() in _TYPES))
        copy["type"] = known[0] if isinstance(kind, str) and known else known
        if not known:
            del copy["type"]
    return copy

"""The operations of an HTTP API as tools."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from typing import Any, Literal

import httpx
import yaml

from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_schemes import AuthScheme
from adkconf.errors import InputValidationError
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.base_toolset import BaseToolset
from adkconf.tools.openapi_tool.openapi_spec_parser.openapi_spec_parser import parse
from adkconf.tools.openapi_tool.openapi_spec_parser.operation import MAX_NAME
from adkconf.tools.openapi_tool.openapi_spec_parser.rest_api_tool import (
    HeaderProvider,
    RestApiTool,
)


class OpenAPIToolset(BaseToolset):
    """A tool for each operation of an OpenAPI document, called by its `operationId` in snake case.

    The document is `spec_dict`, or the text `spec_str` in JSON or YAML. `auth_scheme` takes the
    place of the schemes that the document asks for. With `preserve_property_names` parameters are
    called as in the document. See `RestApiTool` for the rest.

    Raises:
        InputValidationError: the document is none, or has references out of it.
    """

    def __init__(  # noqa: PLR0913 (google-adk's arguments)
        self,
        *,
        spec_dict: dict[str, Any] | None = None,
        spec_str: str | None = None,
        spec_str_type: Literal["json", "yaml"] = "json",
        auth_scheme: AuthScheme | None = None,
        auth_credential: AuthCredential | None = None,
        credential_key: str | None = None,
        tool_filter: Callable[[BaseTool, ReadonlyContext | None], bool] | list[str] | None = None,
        tool_name_prefix: str | None = None,
        ssl_verify: bool | str | ssl.SSLContext | None = None,
        header_provider: HeaderProvider | None = None,
        httpx_client_factory: Callable[[], httpx.AsyncClient] | None = None,
        preserve_property_names: bool = False,
        allow_private_network_access: bool = False,
    ) -> None:
        super().__init__(tool_filter=tool_filter, tool_name_prefix=tool_name_prefix)
        used: set[str] = set()
        operations = parse(spec_dict or _read(spec_str, spec_str_type))
        names = {operation.name for operation in operations}
        self._tools = [
            RestApiTool(
                _free_name(operation.name, used, names),
                operation.description,
                operation.endpoint,
                operation.operation,
                auth_scheme or operation.auth_scheme,
                auth_credential,
                ssl_verify,
                header_provider,
                httpx_client_factory,
                credential_key=credential_key,
                preserve_property_names=preserve_property_names,
                allow_private_network_access=allow_private_network_access,
            )
            for operation in operations
        ]

    async def get_tools(self, readonly_context: ReadonlyContext | None = None) -> list[BaseTool]:
        """Returns the tools that the filter lets through, in the order of the document."""
        return [tool for tool in self._tools if self._selects(tool, readonly_context)]

    def get_tool(self, tool_name: str) -> RestApiTool | None:
        """Returns the tool of this name, if there is one."""
        return next((tool for tool in self._tools if tool.name == tool_name), None)


def _read(text: str | None, kind: str) -> dict[str, Any]:
    if text is None:
        raise InputValidationError("an OpenAPIToolset needs spec_dict or spec_str: the document")
    try:
        document = json.loads(text) if kind == "json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        why = " ".join(str(error).split())
        raise InputValidationError(f"the OpenAPI document is no {kind.upper()}: {why}") from error
    if not isinstance(document, dict):
        raise InputValidationError("this is no OpenAPI document: it is not a mapping")
    return document


def _free_name(name: str, used: set[str], taken: set[str]) -> str:
    """Returns a name that no tool has yet, and notes it: names are cut, and may become alike."""
    number, free = 1, name
    while free in used or (number > 1 and free in taken):
        number += 1
        ending = f"_{number}"
        free = f"{name[: MAX_NAME - len(ending)]}{ending}"
    used.add(free)
    return free

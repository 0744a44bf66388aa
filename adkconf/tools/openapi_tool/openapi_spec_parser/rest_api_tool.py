"""An operation of an HTTP API as a tool."""

from __future__ import annotations

import inspect
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import httpx
from google.genai import types

from adkconf._version import __version__
from adkconf.agents.context import Context
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_schemes import AuthScheme
from adkconf.auth.auth_tool import AuthConfig
from adkconf.auth.request_auth import RequestAuth, request_auth
from adkconf.errors import AdkconfError
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.credential_gate import CredentialGate
from adkconf.tools.openapi_tool.openapi_spec_parser.operation import (
    MAX_NAME,
    OperationEndpoint,
    arguments_schema,
    parameters_of,
)
from adkconf.tools.openapi_tool.openapi_spec_parser.public_network import send_publicly
from adkconf.tools.openapi_tool.openapi_spec_parser.rest_request import request_arguments

HeaderProvider: TypeAlias = Callable[[ReadonlyContext], dict[str, str] | Awaitable[dict[str, str]]]
# Slow answers are answers; a host that is away is told soon.
_TIMEOUT = httpx.Timeout(600.0, connect=10.0, pool=10.0)
_WAITING = {"pending": True, "message": "The user is asked to allow this."}


class RestApiTool(BaseTool):
    """Calls an operation; answers with its JSON, `{"text": …}` or `{"error": …}`.

    `operation` is the operation of the OpenAPI document, without references. The credential is
    asked of the user where the scheme needs one that is not given. `httpx_client_factory` makes a
    client for each call. Hosts that are not of the public network are refused without
    `allow_private_network_access`.
    """

    def __init__(  # noqa: PLR0913, PLR0917 (google-adk's arguments)
        self,
        name: str,
        description: str,
        endpoint: OperationEndpoint | Mapping[str, str] | str,
        operation: Mapping[str, Any] | str,
        auth_scheme: AuthScheme | Mapping[str, Any] | None = None,
        auth_credential: AuthCredential | None = None,
        ssl_verify: bool | str | ssl.SSLContext | None = None,
        header_provider: HeaderProvider | None = None,
        httpx_client_factory: Callable[[], httpx.AsyncClient] | None = None,
        *,
        credential_key: str | None = None,
        preserve_property_names: bool = False,
        allow_private_network_access: bool = False,
    ) -> None:
        super().__init__(name=name[:MAX_NAME], description=description)
        given = json.loads(endpoint) if isinstance(endpoint, str) else endpoint
        self.endpoint = OperationEndpoint.model_validate(given)
        self.operation = json.loads(operation) if isinstance(operation, str) else operation
        self._parameters = parameters_of(self.operation, preserve_names=preserve_property_names)
        self._config = _auth_config(auth_scheme, auth_credential, credential_key)
        self._gate = CredentialGate(self._config, _WAITING)
        self._ssl_verify = ssl_verify
        self._header_provider = header_provider
        self._make_client = httpx_client_factory or self._own_client
        self._allows_private = allow_private_network_access

    def _get_declaration(self) -> types.FunctionDeclaration:
        return types.FunctionDeclaration(
            name=self.name,
            description=self.description,
            parameters_json_schema=arguments_schema(self.operation, self._parameters),
        )

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Gets the credential, then calls the API."""

        async def call(credential: AuthCredential | None) -> Any:
            return await self._call(args, tool_context, credential)

        try:
            return await self._gate.call(tool_context, call)
        except (AdkconfError, ValueError, httpx.HTTPError) as error:
            return {"error": f"{self.name} failed: {error or type(error).__name__}"}

    async def _call(
        self, args: dict[str, Any], context: Context, credential: AuthCredential | None
    ) -> Any:
        auth = RequestAuth()
        if self._config is not None and credential is not None:
            auth = request_auth(self._config.auth_scheme, credential)
        arguments = {**self._defaults(args), **args}
        request = request_arguments(
            self.endpoint, self.operation, self._parameters, arguments, auth
        )
        agent = f"adkconf/{__version__} (tool: {self.name})"
        headers = {"User-Agent": agent, **request["headers"]}
        request["headers"] = headers | await self._provided(context)
        async with self._make_client() as client:
            if self._allows_private:
                response = await client.request(**request)
            else:
                response = await send_publicly(client, request)
        return self._answer(response)

    def _answer(self, response: httpx.Response) -> Any:
        if response.is_error:
            return {"error": f"{self.name} failed: status {response.status_code}: {response.text}"}
        try:
            return response.json()
        except ValueError:
            return {"text": response.text}

    def _defaults(self, args: Mapping[str, Any]) -> dict[str, Any]:
        return {
            each.name: each.schema["default"]
            for each in self._parameters
            if each.required and each.schema.get("default") is not None and each.name not in args
        }

    async def _provided(self, context: Context) -> dict[str, str]:
        given: Any = self._header_provider(context) if self._header_provider else {}
        return dict((await given if inspect.isawaitable(given) else given) or {})

    def _own_client(self) -> httpx.AsyncClient:
        verify = True if self._ssl_verify is None else self._ssl_verify
        return httpx.AsyncClient(timeout=_TIMEOUT, verify=verify)


def _auth_config(
    scheme: AuthScheme | Mapping[str, Any] | None,
    credential: AuthCredential | None,
    key: str | None,
) -> AuthConfig | None:
    if scheme is None:
        return None
    return AuthConfig.model_validate(
        {"auth_scheme": scheme, "raw_auth_credential": credential, "credential_key": key}
    )

"""A Python function that needs a credential, as a tool."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from adkconf.agents.context import Context
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_tool import AuthConfig
from adkconf.tools.credential_gate import CredentialGate
from adkconf.tools.function_tool import FunctionTool

_PARAMETER = "credential"


class AuthenticatedFunctionTool(FunctionTool):
    """A `FunctionTool` whose parameter `credential`, if it has one, gets the credential.

    It is ready for use: keys and tokens are in it, exchanged and refreshed. While the user is
    asked for it, the call is answered with `response_for_auth_required`. Without `auth_config`
    the credential is None.

    Raises:
        ValueError: a parameter's type cannot be described to a model, or `func` is a generator.
    """

    _hidden_parameters = (_PARAMETER,)

    def __init__(
        self,
        *,
        func: Callable[..., Any],
        auth_config: AuthConfig | None = None,
        response_for_auth_required: dict[str, Any] | str | None = None,
    ) -> None:
        super().__init__(func)
        self._gate = CredentialGate(auth_config, response_for_auth_required)

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Gets the credential, then calls the function."""
        return await self._gate.call(tool_context, partial(self._run_with, args, tool_context))

    async def _run_with(
        self, args: dict[str, Any], tool_context: Context, credential: AuthCredential | None
    ) -> Any:
        hidden = dict.fromkeys(self._signature.hidden, credential)
        return await self._run(args, tool_context, hidden)

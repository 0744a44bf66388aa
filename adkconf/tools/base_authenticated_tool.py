"""The contract of a tool that needs a credential."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Any

from adkconf.agents.context import Context
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_tool import AuthConfig
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.credential_gate import CredentialGate


class BaseAuthenticatedTool(BaseTool):
    """Subclass it and write `_run_async_impl`, which gets the credential ready for use.

    While the user is asked for it, the call is answered with `response_for_auth_required`.
    Without `auth_config` the credential is None.
    """

    def __init__(
        self,
        *,
        name: str,
        description: str,
        auth_config: AuthConfig | None = None,
        response_for_auth_required: dict[str, Any] | str | None = None,
    ) -> None:
        super().__init__(name=name, description=description)
        self._gate = CredentialGate(auth_config, response_for_auth_required)

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Gets the credential, then does the tool's work."""
        work = partial(self._run_with, args, tool_context)
        return await self._gate.call(tool_context, work)

    async def _run_with(
        self, args: dict[str, Any], tool_context: Context, credential: AuthCredential | None
    ) -> Any:
        return await self._run_async_impl(
            args=args, tool_context=tool_context, credential=credential
        )

    @abstractmethod
    async def _run_async_impl(
        self, *, args: dict[str, Any], tool_context: Context, credential: AuthCredential | None
    ) -> Any:
        """Does the tool's work."""

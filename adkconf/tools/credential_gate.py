"""What stands before a tool that needs a credential."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from adkconf.agents.context import Context
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_tool import AuthConfig
from adkconf.auth.credential_manager import CredentialManager

_WAITING = "Pending User Authorization."


class CredentialGate:
    """Lets calls through with the credential of `auth_config`; with None if there is no config.

    `waiting` (default: a sentence) is the answer to calls while the user is asked.
    """

    def __init__(
        self, auth_config: AuthConfig | None, waiting: dict[str, Any] | str | None
    ) -> None:
        self._credentials = CredentialManager(auth_config) if auth_config is not None else None
        self._waiting = waiting or _WAITING

    async def call(
        self, context: Context, work: Callable[[AuthCredential | None], Awaitable[Any]]
    ) -> Any:
        """Gets the credential, exchanged and refreshed, and returns what `work` does with it."""
        if self._credentials is None:
            return await work(None)
        credential = await self._credentials.get_or_request(context)
        return self._waiting if credential is None else await work(credential)

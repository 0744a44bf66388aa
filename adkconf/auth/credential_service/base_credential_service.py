"""The contract of a credential service."""

from __future__ import annotations

from abc import ABC, abstractmethod

from adkconf.agents.context import Context
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_tool import AuthConfig


class BaseCredentialService(ABC):
    """Keeps users' credentials. Subclass it to bring a store of your own.

    A credential belongs to the app and the user of the context and to
    `auth_config.credential_key`.
    """

    @abstractmethod
    async def load_credential(
        self, auth_config: AuthConfig, callback_context: Context
    ) -> AuthCredential | None:
        """Returns the user's credential, or None."""

    @abstractmethod
    async def save_credential(self, auth_config: AuthConfig, callback_context: Context) -> None:
        """Keeps `auth_config.exchanged_auth_credential`."""

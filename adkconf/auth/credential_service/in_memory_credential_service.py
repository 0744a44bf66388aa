"""Credentials that are forgotten when the process ends."""

from __future__ import annotations

from adkconf.agents.context import Context
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_tool import AuthConfig
from adkconf.auth.credential_service.base_credential_service import BaseCredentialService


class InMemoryCredentialService(BaseCredentialService):
    """Keeps credentials of every app and user in memory."""

    def __init__(self) -> None:
        self._credentials: dict[tuple[str, str, str], AuthCredential | None] = {}

    async def load_credential(
        self, auth_config: AuthConfig, callback_context: Context
    ) -> AuthCredential | None:
        """Returns the user's credential, or None."""
        credential = self._credentials.get(_key(auth_config, callback_context))
        return credential and credential.model_copy(deep=True)

    async def save_credential(self, auth_config: AuthConfig, callback_context: Context) -> None:
        """Keeps `auth_config.exchanged_auth_credential`."""
        credential = auth_config.exchanged_auth_credential
        self._credentials[_key(auth_config, callback_context)] = credential and (
            credential.model_copy(deep=True)
        )


def _key(auth_config: AuthConfig, context: Context) -> tuple[str, str, str]:
    return context.session.app_name, context.user_id, auth_config.credential_key

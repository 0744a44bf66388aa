"""Credentials in the state of the session."""

from __future__ import annotations

import logging

from adkconf.agents.context import Context
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_handler import as_stored, with_client_secret
from adkconf.auth.auth_tool import AuthConfig
from adkconf.auth.credential_service.base_credential_service import BaseCredentialService

logger = logging.getLogger("adkconf.auth")


class SessionStateCredentialService(BaseCredentialService):
    """Keeps a credential under its key in the session's state.

    The user's tokens stand there in clear: whoever can read the session can read them. The
    agent's own client secret is left out, and put back from `auth_config` when loading.
    """

    async def load_credential(
        self, auth_config: AuthConfig, callback_context: Context
    ) -> AuthCredential | None:
        """Returns the session's credential, or None."""
        stored = callback_context.state.get(auth_config.credential_key)
        if stored is None:
            return None
        if not isinstance(stored, (dict, AuthCredential)):
            logger.warning("a %s stands where a credential should be", type(stored).__name__)
            return None
        return with_client_secret(auth_config, AuthCredential.model_validate(stored))

    async def save_credential(self, auth_config: AuthConfig, callback_context: Context) -> None:
        """Writes `auth_config.exchanged_auth_credential` to the state."""
        key = auth_config.credential_key
        credential = auth_config.exchanged_auth_credential
        callback_context.state[key] = credential and as_stored(key, credential)

"""Gets the credential that a tool needs ready for use: kept, given, exchanged, refreshed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

from adkconf.agents.context import Context
from adkconf.auth.auth_credential import AuthCredential, AuthCredentialTypes, OAuth2Auth
from adkconf.auth.auth_handler import SIGN_IN, AuthHandler, as_stored
from adkconf.auth.auth_schemes import AuthScheme
from adkconf.auth.auth_tool import AuthConfig
from adkconf.auth.scheme_completion import complete_scheme
from adkconf.auth.token_exchange import (
    exchange_code,
    grant_to_client,
    is_client_grant,
    is_expired,
    refresh_tokens,
)
from adkconf.errors import ServiceError

_READY = (AuthCredentialTypes.API_KEY, AuthCredentialTypes.HTTP)
_OF_OAUTH2 = (AuthCredentialTypes.OAUTH2, AuthCredentialTypes.OPEN_ID_CONNECT)

# One call at a time exchanges or refreshes a user's credential; the others find it done. The
# key begins with the event loop, to which a lock belongs.
_LOCKS: WeakValueDictionary[tuple[int, str, str, str], asyncio.Lock] = WeakValueDictionary()


class CredentialManager:
    """Works with one `AuthConfig`, for any number of users."""

    def __init__(self, auth_config: AuthConfig) -> None:
        self._config = auth_config

    @property
    def auth_config(self) -> AuthConfig:
        """The configuration; addresses that its provider tells are in it once they were needed."""
        return self._config

    async def get_auth_credential(self, context: Context) -> AuthCredential | None:
        """Returns the credential ready for use; None when the user has to give it.

        It is the agent's own where the agent can sign in by itself (a key, a service account,
        client credentials), otherwise the one that the credential service keeps, or that the
        user has just given. An expired one is refreshed. What is new is saved.

        Raises:
            ValueError: `auth_config` lacks what its scheme needs.
            ServiceError: the provider gives the agent itself no token.
            MissingExtraError: a token is to be asked for and Authlib is not installed.
        """
        self._check()
        raw = self._config.raw_auth_credential
        if raw is not None and raw.auth_type in _READY:
            return raw.model_copy(deep=True)
        if raw is not None and raw.service_account is not None:
            # What google-auth needs for it takes long to import, and few apps have one.
            from adkconf.auth.service_account import service_account_token

            return await asyncio.to_thread(service_account_token, raw.service_account)
        async with _lock(context, self._config.credential_key):
            scheme = await complete_scheme(self._config.auth_scheme)
            self._config = self._config.model_copy(update={"auth_scheme": scheme})
            return (
                await self._kept(context) or await self._given(context) or await self._own(context)
            )

    async def request_credential(self, context: Context) -> None:
        """Asks the user; see `Context.request_credential`."""
        context.request_credential(self._config)

    async def get_or_request(self, context: Context) -> AuthCredential | None:
        """Returns the credential ready for use; asks the user and returns None if there is none."""
        credential = await self.get_auth_credential(context)
        if credential is None:
            await self.request_credential(context)
        return credential

    def _check(self) -> None:
        raw = self._config.raw_auth_credential
        kind = self._config.auth_scheme.type_
        if raw is None and kind in SIGN_IN:
            raise ValueError(
                f"an auth_scheme of type {kind} needs a raw_auth_credential: the agent's client"
            )
        if raw is not None and raw.auth_type in _OF_OAUTH2 and raw.oauth2 is None:
            raise ValueError(f"a raw_auth_credential of type {raw.auth_type} needs oauth2")
        if (
            raw is not None
            and raw.auth_type == AuthCredentialTypes.SERVICE_ACCOUNT
            and raw.service_account is None
        ):
            raise ValueError("a raw_auth_credential of type serviceAccount needs service_account")

    async def _kept(self, context: Context) -> AuthCredential | None:
        if context.get_invocation_context().credential_service is None:
            return None
        found = await context.load_credential(self._config)
        usable = found and await self._usable(found)
        if usable is not None and usable is not found:
            await self._save(context, usable)
        return usable

    async def _given(self, context: Context) -> AuthCredential | None:
        response = AuthHandler(self._config).find_response(context.state)
        if response is None:
            return None
        key, found = response
        usable = await self._usable(found)
        if usable is not None:
            if usable is not found:
                # A code is good for one exchange only.
                context.state[key] = as_stored(key, usable)
            await self._save(context, usable)
        return usable

    async def _own(self, context: Context) -> AuthCredential | None:
        raw, scheme = self._config.raw_auth_credential, self._config.auth_scheme
        if raw is None or raw.oauth2 is None or not is_client_grant(scheme):
            return None
        own = await _renewed(raw, grant_to_client, scheme)
        if own is None:
            raise ServiceError(
                f"client {raw.oauth2.client_id!r} got no token from its provider; check its id, "
                "its secret and the token endpoint"
            )
        await self._save(context, own)
        return own

    async def _usable(self, credential: AuthCredential) -> AuthCredential | None:
        """Returns a credential that was kept or given, made ready; None if that is impossible."""
        oauth2, scheme = credential.oauth2, self._config.auth_scheme
        if oauth2 is None:
            return credential
        if not oauth2.access_token:
            if oauth2.auth_code or oauth2.auth_response_uri:
                return await _renewed(credential, exchange_code, scheme)
            return credential if oauth2.id_token else None
        return (
            await _renewed(credential, refresh_tokens, scheme) if is_expired(oauth2) else credential
        )

    async def _save(self, context: Context, credential: AuthCredential) -> None:
        if context.get_invocation_context().credential_service is not None:
            changes = {"exchanged_auth_credential": credential}
            await context.save_credential(self._config.model_copy(update=changes))


async def _renewed(
    credential: AuthCredential,
    ask: Callable[[AuthScheme, OAuth2Auth], OAuth2Auth | None],
    scheme: AuthScheme,
) -> AuthCredential | None:
    if credential.oauth2 is None:
        return None
    oauth2 = await asyncio.to_thread(ask, scheme, credential.oauth2)
    return None if oauth2 is None else credential.model_copy(update={"oauth2": oauth2})


def _lock(context: Context, credential_key: str) -> asyncio.Lock:
    loop = id(asyncio.get_running_loop())
    key = (loop, context.session.app_name, context.user_id, credential_key)
    return _LOCKS.setdefault(key, asyncio.Lock())

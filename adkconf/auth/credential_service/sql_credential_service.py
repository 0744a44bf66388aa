"""Credentials in a SQL database, encrypted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from functools import partial
from typing import Any, Self

from adkconf.agents.context import Context
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_handler import as_dict, with_client_secret
from adkconf.auth.auth_tool import AuthConfig
from adkconf.auth.credential_service import stored_credentials as stored
from adkconf.auth.credential_service.base_credential_service import BaseCredentialService
from adkconf.auth.credential_service.key_ring import KeyRing
from adkconf.auth.credential_service.stored_credentials import Owner
from adkconf.errors import ServiceError
from adkconf.sessions.session_key import SessionKey, check_id
from adkconf.sql.condition import DatabaseCondition
from adkconf.sql.connect import Synchronous, connect_url
from adkconf.sql.examination import examine


class SqlCredentialService(BaseCredentialService):
    """Keeps credentials of every app and user in SQLite, PostgreSQL, MySQL or MariaDB.

    `db_url` is a URL of SQLAlchemy's, which may be the database of the sessions. `key` encrypts:
    32 random bytes in base64, or several such keys, of which the first encrypts and all decrypt.
    To change it, put the new key in front, call `rotate`, and take the old one out.
    `synchronous` is SQLite's setting; other options go to SQLAlchemy's engine. Any number of
    processes may use the same database.

    Names of apps and users and keys of credentials are stored in clear. The agent's own client
    secret is not stored; it comes from `auth_config` when loading.

    Raises:
        InputValidationError: the URL, a key or an option cannot be used.
        MissingExtraError: cryptography or the database's driver is not installed.
    """

    def __init__(
        self,
        db_url: str,
        key: str | Sequence[str],
        *,
        synchronous: Synchronous | None = None,
        **engine_options: Any,
    ) -> None:
        self._keys = KeyRing([key] if isinstance(key, str) else key)
        self._database = connect_url(db_url, synchronous=synchronous, engine_options=engine_options)
        self._is_open = False
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Connects, makes the table if it is missing, and tries the keys on what is there.

        Without it the first call does that.

        Raises:
            ServiceUnavailableError: the database cannot be reached or written.
            ServiceError: the table cannot be made, or no key fits.
        """
        async with self._opening:
            if self._is_open:
                return
            if not await self._database.read(stored.exists):
                await self._database.write(stored.create)
            elif sample := await self._database.peek(stored.find_any):
                self._unseal(sample)
            self._is_open = True

    async def close(self) -> None:
        """Finishes what is under way and closes the connections."""
        await self._database.close()

    async def examine(self) -> DatabaseCondition:
        """Tells how the database is; see `Examinable.examine`."""
        await self.open()
        return await examine(self._database, "encrypted credentials", [stored.TABLE])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def load_credential(
        self, auth_config: AuthConfig, callback_context: Context
    ) -> AuthCredential | None:
        """Returns the user's credential, or None.

        Raises:
            ServiceError: no key decrypts it, or it was tampered with.
        """
        owner = _owner(auth_config, callback_context)
        if not SessionKey(*owner).storable:
            return None
        await self.open()
        sealed = await self._database.peek(partial(stored.find, owner=owner))
        if sealed is None:
            return None
        content = json.loads(self._unseal(sealed))
        if content["owner"] != list(owner):
            raise ServiceError(
                f"{self._database.place} holds a credential of somebody else under this user's "
                "name; the table was changed by hand. Have the user sign in again"
            )
        credential = AuthCredential.model_validate(content["credential"])
        return with_client_secret(auth_config, credential)

    async def save_credential(self, auth_config: AuthConfig, callback_context: Context) -> None:
        """Keeps `auth_config.exchanged_auth_credential`; without one, forgets what is kept.

        Raises:
            InputValidationError: a name is too long for the database.
        """
        owner = _owner(auth_config, callback_context)
        for field, value in owner._asdict().items():
            check_id(field, value)
        await self.open()
        credential = auth_config.exchanged_auth_credential
        if credential is None:
            await self._database.write(partial(stored.remove, owner=owner))
            return
        # The owner is encrypted with it, so that nobody's row can be passed off as another's.
        content = {"owner": owner, "credential": as_dict(credential)}
        sealed = self._keys.seal(json.dumps(content).encode())
        await self._database.write(partial(stored.put, owner=owner, sealed=sealed))

    async def rotate(self) -> int:
        """Encrypts with the first key what is not yet; returns how many credentials that were.

        Raises:
            ServiceError: no key decrypts one of them.
        """
        await self.open()
        old = [
            (owner, sealed)
            for owner, sealed in await self._database.read(stored.find_all)
            if not self._keys.is_of_first_key(sealed)
        ]
        for owner, sealed in old:
            renewed = self._keys.seal(self._unseal(sealed))
            change = partial(stored.replace, owner=owner, old=sealed, new=renewed)
            await self._database.write(change)
        return len(old)

    def _unseal(self, sealed: str) -> bytes:
        try:
            return self._keys.unseal(sealed)
        except ServiceError as error:
            raise ServiceError(f"{self._database.place}: {error}") from None


def _owner(auth_config: AuthConfig, context: Context) -> Owner:
    return Owner(context.session.app_name, context.user_id, auth_config.credential_key)

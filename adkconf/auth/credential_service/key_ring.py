"""The keys that credentials are encrypted with."""

from __future__ import annotations

from collections.abc import Sequence

from adkconf.errors import InputValidationError, MissingExtraError, ServiceError


class KeyRing:
    """Encrypts with the first key and decrypts with any: to change keys, put a new one in front.

    A key is 32 random bytes in base64. Nothing that is raised or shown has a key in it.

    Raises:
        InputValidationError: there is no key, or one is none.
        MissingExtraError: cryptography is not installed.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            # An optional extra.
            from cryptography.fernet import Fernet, InvalidToken, MultiFernet
        except ImportError as error:
            raise MissingExtraError(
                "an encrypted store of credentials", extra="credentials", package="cryptography"
            ) from error
        fernets = []
        for number, key in enumerate(keys, 1):
            try:
                fernets.append(Fernet(key.strip()))
            except ValueError:
                # Its text says how the key is wrong, and thereby something about the key.
                raise InputValidationError(
                    f"key {number} of {len(keys)} cannot encrypt credentials: expected 32 random "
                    "bytes in base64; make one with: openssl rand -base64 32"
                ) from None
        if not fernets:
            raise InputValidationError(
                "a store of credentials needs a key; make one with: openssl rand -base64 32"
            )
        self._fernets = MultiFernet(fernets)
        self._first = fernets[0]
        self._invalid = InvalidToken

    def seal(self, data: bytes) -> str:
        """Encrypts with the first key; the result is ASCII."""
        return self._first.encrypt(data).decode("ascii")

    def unseal(self, text: str) -> bytes:
        """Decrypts with whichever key fits.

        Raises:
            ServiceError: none does, or the text was tampered with.
        """
        try:
            return self._fernets.decrypt(text)
        except self._invalid:
            raise ServiceError(
                "a stored credential cannot be decrypted: none of the keys fits. Add the key that "
                "it was saved with behind the others, or have the user sign in again"
            ) from None

    def is_of_first_key(self, text: str) -> bool:
        """Tells whether the first key decrypts a text."""
        try:
            self._first.decrypt(text)
        except self._invalid:
            return False
        return True

"""Tokens that an identity provider signed."""

from __future__ import annotations

from typing import Any

from adkconf.config.spec.server_access import (
    PUBLIC_KEY_ALGORITHMS,
    SECRET_ALGORITHMS,
    JwtSpec,
)
from adkconf.errors import ConfigError, MissingExtraError
from adkconf.server.access.jwt_keys import FetchedKeys


class JwtVerifier:
    """Tells the subject of a token that is as `spec` wants it.

    Raises:
        MissingExtraError: PyJWT is not installed.
        ConfigError: the key cannot be read.
    """

    def __init__(self, spec: JwtSpec) -> None:
        self.spec = spec
        try:
            import jwt  # the extra `jwt`
        except ImportError as error:
            raise MissingExtraError("server.auth.jwt", extra="jwt", package="PyJWT") from error
        self._jwt = jwt
        fitting = SECRET_ALGORITHMS if spec.secret is not None else PUBLIC_KEY_ALGORITHMS
        self._algorithms = [name for name in spec.algorithms or fitting if name in fitting]
        self._own = self._own_key()
        self._fetched = FetchedKeys(spec.issuer, spec.jwks_url) if self._own is None else None

    async def subject_of(self, token: str) -> str | None:
        """Returns whom a token is for; None if it is not right.

        Raises:
            Problem: 503, the keys of the provider cannot be had.
        """
        try:
            header = self._jwt.get_unverified_header(token)
            key = await self._fetched.find(header.get("kid")) if self._fetched else self._own
            if key is None:
                return None
            claims = self._jwt.decode(
                token,
                key,
                algorithms=self._algorithms,
                audience=self.spec.audience,
                issuer=self.spec.issuer,
                leeway=self.spec.leeway_seconds,
                options={"require": ["exp", "iss", "aud", self.spec.subject_claim]},
            )
        # Also what the library lets through: tokens hold anything, keys may not fit algorithms.
        except (self._jwt.PyJWTError, ValueError, TypeError, AttributeError):
            return None
        subject: Any = claims[self.spec.subject_claim]
        return subject if isinstance(subject, str) and subject else None

    def _own_key(self) -> Any:
        """Returns the key of the file, read once."""
        if self.spec.secret is not None:
            return self.spec.secret.get_secret_value()
        if self.spec.public_key is None:
            return None
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        try:
            return load_pem_public_key(self.spec.public_key.encode())
        except ValueError as error:
            raise ConfigError(
                "server.auth.jwt.public_key is no public key; give it as PEM: "
                "'-----BEGIN PUBLIC KEY-----' and what follows"
            ) from error

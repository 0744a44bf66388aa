"""Where an OAuth2 or OpenID Connect provider says what it has: RFC 8414, RFC 9728 and OpenID."""

from __future__ import annotations

import logging
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel

from adkconf.auth.provider_document import read_document

_Metadata = TypeVar("_Metadata", bound=BaseModel)

logger = logging.getLogger("adkconf.auth")


class AuthorizationServerMetadata(BaseModel):
    """What a provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    scopes_supported: list[str] | None = None
    registration_endpoint: str | None = None
    userinfo_endpoint: str | None = None
    revocation_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] | None = None


class ProtectedResourceMetadata(BaseModel):
    """What a service says of the providers it trusts."""

    resource: str
    authorization_servers: list[str] = []


class OAuth2DiscoveryManager:
    """Reads providers' metadata; nothing that fails is raised, it is logged."""

    async def discover_auth_server_metadata(
        self, issuer_url: str
    ) -> AuthorizationServerMetadata | None:
        """Returns a provider's metadata, if it names `issuer_url` as its issuer."""
        base, path = _split(issuer_url)
        addresses = [
            f"{base}/.well-known/oauth-authorization-server{path}",
            f"{base}/.well-known/openid-configuration{path}",
        ]
        if path:
            addresses.append(f"{base}{path}/.well-known/openid-configuration")
        for address in addresses:
            found = await self.read_metadata(address)
            if found is None:
                continue
            if _same(found.issuer, issuer_url):
                return found
            # Another provider's metadata would send codes to that provider.
            logger.warning("%s is of the issuer %s; ignored", address, found.issuer)
        return None

    async def discover_resource_metadata(
        self, resource_url: str
    ) -> ProtectedResourceMetadata | None:
        """Returns a service's metadata, if it names `resource_url` as its resource."""
        base, path = _split(resource_url)
        address = f"{base}/.well-known/oauth-protected-resource{path}"
        found = await _read(address, ProtectedResourceMetadata)
        if found is not None and not _same(found.resource, resource_url):
            logger.warning("%s is of the resource %s; ignored", address, found.resource)
            return None
        return found

    async def read_metadata(self, address: str) -> AuthorizationServerMetadata | None:
        """Returns the provider's metadata that stands at an address."""
        return await _read(address, AuthorizationServerMetadata)


async def _read(address: str, kind: type[_Metadata]) -> _Metadata | None:
    try:
        return kind.model_validate(await read_document(address))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TimeoutError) as error:
        logger.debug("no metadata at %s: %s", address, type(error).__name__)
        return None


def _split(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")


def _same(found: str, wanted: str) -> bool:
    return found.rstrip("/") == wanted.rstrip("/")

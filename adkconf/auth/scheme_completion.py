"""Fills in the addresses that a scheme leaves to its provider to tell."""

from __future__ import annotations

import time
from typing import Any

from adkconf.auth.auth_schemes import (
    AuthScheme,
    ExtendedOAuth2,
    OAuth2,
    OAuthFlow,
    OAuthFlows,
    OpenIdConnect,
    OpenIdConnectWithConfig,
)
from adkconf.auth.oauth2_discovery import AuthorizationServerMetadata, OAuth2DiscoveryManager

_ADDRESSES = {"authorizationUrl": "authorization_endpoint", "tokenUrl": "token_endpoint"}
# Providers hardly ever move.
_LASTS_S = 3600.0
_KNOWN: dict[str, tuple[float, AuthorizationServerMetadata]] = {}


async def complete_scheme(scheme: AuthScheme) -> AuthScheme:
    """Returns the scheme with all its addresses; one that has them as it is.

    Raises:
        ValueError: addresses are missing, and the provider does not tell them.
    """
    if isinstance(scheme, OpenIdConnect):
        return _openid(scheme, await _metadata(scheme.openIdConnectUrl, is_issuer=False))
    if not isinstance(scheme, OAuth2) or not any(map(_lacks, _flows(scheme.flows).values())):
        return scheme
    issuer = scheme.issuer_url if isinstance(scheme, ExtendedOAuth2) else None
    if not issuer:
        raise ValueError(
            "the flows of an OAuth2 auth_scheme lack addresses; write authorizationUrl and "
            "tokenUrl, or the issuer_url of a provider that tells them"
        )
    told = await _metadata(issuer, is_issuer=True)
    flows = {name: _filled(flow, told) for name, flow in _flows(scheme.flows).items()}
    return scheme.model_copy(update={"flows": scheme.flows.model_copy(update=flows)})


async def _metadata(address: str, *, is_issuer: bool) -> AuthorizationServerMetadata:
    known = _KNOWN.get(address)
    if known is not None and time.monotonic() - known[0] < _LASTS_S:
        return known[1]
    manager = OAuth2DiscoveryManager()
    find = manager.discover_auth_server_metadata if is_issuer else manager.read_metadata
    found = await find(address)
    if found is None:
        raise ValueError(
            f"the provider at {address} does not tell its addresses; check that it can be "
            "reached, or write the addresses into the auth_scheme"
        )
    _KNOWN[address] = (time.monotonic(), found)
    return found


def _openid(scheme: OpenIdConnect, told: AuthorizationServerMetadata) -> OpenIdConnectWithConfig:
    scopes = (scheme.model_extra or {}).get("scopes")
    return OpenIdConnectWithConfig(
        type_=scheme.type_,
        description=scheme.description,
        authorization_endpoint=told.authorization_endpoint,
        token_endpoint=told.token_endpoint,
        userinfo_endpoint=told.userinfo_endpoint,
        revocation_endpoint=told.revocation_endpoint,
        token_endpoint_auth_methods_supported=told.token_endpoint_auth_methods_supported,
        scopes=scopes if scopes is not None else ["openid"],
    )


def _flows(flows: OAuthFlows) -> dict[str, OAuthFlow]:
    found = {name: getattr(flows, name) for name in type(flows).model_fields}
    return {name: flow for name, flow in found.items() if flow is not None}


def _lacks(flow: OAuthFlow) -> bool:
    return any(getattr(flow, name, None) == "" for name in _ADDRESSES)


def _filled(flow: OAuthFlow, told: AuthorizationServerMetadata) -> OAuthFlow:
    missing: dict[str, Any] = {
        name: getattr(told, source)
        for name, source in _ADDRESSES.items()
        if getattr(flow, name, None) == ""
    }
    return flow.model_copy(update=missing)

"""Credentials made ready for use: refreshed, exchanged, granted, discovered."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from adkconf.auth import AuthConfig, AuthCredential, CredentialManager
from adkconf.auth.credential_service import InMemoryCredentialService
from adkconf.auth.oauth2_discovery import OAuth2DiscoveryManager
from adkconf.errors import InputValidationError, ServiceError
from tests.auth.conftest import Provider, tool_context

CLIENT = {"clientId": "me", "clientSecret": "hidden", "redirectUri": "https://me.test/back"}


def sign_in(url: str, **scheme: Any) -> AuthConfig:
    flow = {"authorizationUrl": "https://p.test/auth", "tokenUrl": url, "scopes": {"mail": ""}}
    return oauth({"type": "oauth2", "flows": {"authorizationCode": flow}, **scheme})


def for_the_client(url: str) -> AuthConfig:
    flow = {"tokenUrl": url, "scopes": {"read": "", "write": ""}}
    return oauth({"type": "oauth2", "flows": {"clientCredentials": flow}})


def oauth(scheme: dict[str, Any]) -> AuthConfig:
    raw = {"authType": "oauth2", "oauth2": CLIENT}
    return AuthConfig.model_validate({"authScheme": scheme, "rawAuthCredential": raw})


class Store:
    """A user's run with a credential service that keeps a credential."""

    def __init__(self, config: AuthConfig, **kept: Any) -> None:
        self.service = InMemoryCredentialService()
        self.context = tool_context(credential_service=self.service)
        self.config = config
        self.kept = kept

    async def fill(self) -> Store:
        await self.service.save_credential(self._with({**CLIENT, **self.kept}), self.context)
        return self

    def _with(self, oauth2: dict[str, Any]) -> AuthConfig:
        given = AuthCredential.model_validate({"authType": "oauth2", "oauth2": oauth2})
        return self.config.model_copy(update={"exchanged_auth_credential": given})

    async def token(self) -> str | None:
        found = await CredentialManager(self.config).get_auth_credential(self.context)
        return found and found.oauth2.access_token

    async def stored(self) -> Any:
        found = await self.service.load_credential(self.config, self.context)
        return found and found.oauth2


@pytest.mark.parametrize(("left", "fresh"), [(3600, False), (90, False), (30, True), (-5, True)])
async def test_token_is_refreshed_a_minute_before_it_expires(
    provider: Provider, left: int, fresh: bool
):
    expires_at = int(time.time()) + left
    config = sign_in(provider.url)
    store = await Store(config, accessToken="old", refreshToken="rt-1", expiresAt=expires_at).fill()
    assert await store.token() == ("at-2" if fresh else "old")
    assert (await store.stored()).access_token == ("at-2" if fresh else "old")
    assert len(provider.requests) == fresh


async def test_refresh_proves_the_client_and_keeps_the_refresh_token(provider: Provider):
    store = await Store(
        sign_in(provider.url), accessToken="old", refreshToken="rt-1", expiresAt=1
    ).fill()
    await store.token()
    assert provider.requests[0] | {"refresh_token": "rt-1"} == provider.requests[0]
    assert provider.clients[0].startswith("Basic ")
    kept = await store.stored()
    assert (kept.refresh_token, kept.expires_at > time.time() + 3000) == ("rt-1", True)
    assert await store.token() == "at-2"
    assert len(provider.requests) == 1


@pytest.mark.parametrize("kept", [{"refreshToken": "revoked"}, {}], ids=["refused", "none"])
async def test_user_is_asked_when_an_expired_token_cannot_be_refreshed(
    provider: Provider, kept: dict[str, str]
):
    store = await Store(sign_in(provider.url), accessToken="old", expiresAt=1, **kept).fill()
    assert await store.token() is None


async def test_calls_at_the_same_time_refresh_once(provider: Provider):
    store = await Store(
        sign_in(provider.url), accessToken="old", refreshToken="rt-1", expiresAt=1
    ).fill()
    tokens = await asyncio.gather(*(store.token() for _ in range(5)))
    assert (set(tokens), len(provider.requests)) == ({"at-2"}, 1)


async def test_client_signs_in_for_itself_and_nobody_is_asked(provider: Provider):
    store = Store(for_the_client(provider.url))
    assert await store.token() == "at-client"
    assert provider.requests[0]["scope"] == "read write"
    assert await store.token() == "at-client"
    assert len(provider.requests) == 1


async def test_expired_token_of_a_client_is_replaced(provider: Provider):
    store = await Store(for_the_client(provider.url), accessToken="old", expiresAt=1).fill()
    assert await store.token() == "at-client"


async def test_client_that_is_refused_is_an_error_without_its_secret(provider: Provider):
    provider.refuses = True
    with pytest.raises(ServiceError, match="'me' got no token") as caught:
        await Store(for_the_client(provider.url)).token()
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("path", ["", "/tenant"])
@pytest.mark.parametrize("document", ["oauth-authorization-server", "openid-configuration"])
async def test_addresses_are_asked_of_the_provider(provider: Provider, path: str, document: str):
    issuer = provider.tell(path, f"/.well-known/{document}{path}")
    flow = {"scopes": {"mail": ""}}
    scheme = {"type": "oauth2", "flows": {"authorizationCode": flow}, "issuer_url": issuer}
    manager = CredentialManager(oauth(scheme))
    context = tool_context()
    assert await manager.get_or_request(context) is None
    (asked,) = context.actions.requested_auth_configs.values()
    assert asked.auth_scheme.flows.authorizationCode.tokenUrl == provider.url
    uri = asked.exchanged_auth_credential.oauth2.auth_uri
    assert uri.startswith(f"{issuer}/authorize?")


async def test_openid_scheme_is_completed_from_its_document(provider: Provider):
    issuer = provider.tell("", "/.well-known/openid-configuration")
    url = f"{issuer}/.well-known/openid-configuration"
    manager = CredentialManager(oauth({"type": "openIdConnect", "openIdConnectUrl": url}))
    context = tool_context()
    assert await manager.get_or_request(context) is None
    (asked,) = context.actions.requested_auth_configs.values()
    assert asked.auth_scheme.token_endpoint == provider.url
    assert "scope=openid" in asked.exchanged_auth_credential.oauth2.auth_uri


async def test_metadata_of_another_issuer_is_refused(provider: Provider):
    issuer = provider.tell("", "/.well-known/openid-configuration", issuer="https://evil.test")
    scheme = {
        "type": "oauth2",
        "flows": {"authorizationCode": {}},
        "issuer_url": issuer,
    }
    with pytest.raises(ValueError, match="does not tell its addresses"):
        await Store(oauth(scheme)).token()


async def test_resource_tells_its_providers(provider: Provider):
    resource = provider.tell_resource("/mcp", ["https://p.test"])
    found = await OAuth2DiscoveryManager().discover_resource_metadata(resource)
    assert found is not None
    assert found.authorization_servers == ["https://p.test"]


async def test_endless_metadata_is_not_read_to_its_end(provider: Provider):
    resource = provider.tell_resource("/mcp", ["https://p.test/" + "x" * 600_000])
    assert await OAuth2DiscoveryManager().discover_resource_metadata(resource) is None


@pytest.mark.parametrize("scheme", [{"type": "oauth2", "flows": {"authorizationCode": {}}}])
async def test_scheme_without_addresses_says_so(scheme: dict[str, Any]):
    with pytest.raises(ValueError, match="issuer_url"):
        await Store(oauth(scheme)).token()


@pytest.mark.parametrize(
    ("raw", "lacks"),
    [
        (None, "the agent's client"),
        ({"authType": "oauth2"}, "needs oauth2"),
        ({"authType": "serviceAccount"}, "needs service_account"),
    ],
)
async def test_config_that_cannot_work_says_so(provider: Provider, raw: Any, lacks: str):
    config = sign_in(provider.url).model_copy(
        update={"raw_auth_credential": raw and AuthCredential.model_validate(raw)}
    )
    with pytest.raises(ValueError, match=lacks):
        await Store(config).token()


@pytest.mark.parametrize(
    "raw",
    [
        {"authType": "apiKey", "apiKey": "k"},
        {"authType": "http", "http": {"scheme": "bearer", "credentials": {"token": "k"}}},
    ],
)
async def test_key_of_the_agent_is_ready(raw: dict[str, Any]):
    scheme = {"type": "apiKey", "in": "header", "name": "X"}
    config = AuthConfig.model_validate({"authScheme": scheme, "rawAuthCredential": raw})
    found = await CredentialManager(config).get_auth_credential(tool_context())
    assert found == config.raw_auth_credential
    assert found is not config.raw_auth_credential


def service_account(provider: Provider, **more: Any) -> AuthConfig:
    key = None if more.get("useDefaultCredential") else provider.key_file()
    account = {"serviceAccountCredential": key, **more}
    raw = {"authType": "serviceAccount", "serviceAccount": account}
    scheme = {"type": "http", "scheme": "bearer"}
    return AuthConfig.model_validate({"authScheme": scheme, "rawAuthCredential": raw})


async def bearer(config: AuthConfig) -> Any:
    found = await CredentialManager(config).get_auth_credential(tool_context())
    assert found is not None
    return found.http.credentials.token


async def test_service_account_gets_an_access_token_once(provider: Provider):
    config = service_account(provider, scopes=["read"])
    assert [await bearer(config), await bearer(config)] == ["at-account", "at-account"]
    assert len(provider.requests) == 1
    assert "jwt-bearer" in provider.requests[0]["grant_type"]


async def test_service_account_gets_an_id_token(provider: Provider):
    config = service_account(provider, useIdToken=True, audience="https://run.test")
    assert (await bearer(config)).count(".") == 2


async def test_credentials_of_the_machine_are_taken(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
):
    file = provider.write_key_file(tmp_path / "key.json")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    assert await bearer(service_account(provider, useDefaultCredential=True)) == "at-account"


async def test_service_account_that_is_refused_is_an_error_without_its_key(provider: Provider):
    provider.refuses = True
    config = service_account(provider, scopes=["refused"])
    with pytest.raises(ServiceError, match="got no token") as caught:
        await bearer(config)
    assert "PRIVATE KEY" not in f"{caught.value} {caught.value.__cause__}"


async def test_service_account_needs_scopes(provider: Provider):
    with pytest.raises(InputValidationError, match="scopes"):
        await bearer(service_account(provider))

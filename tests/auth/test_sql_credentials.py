"""Credentials in a database: whose they are, and that nobody else can read them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine

from adkconf.auth import AuthConfig, AuthCredential
from adkconf.auth.credential_service import SqlCredentialService
from adkconf.errors import InputValidationError, MissingExtraError, ServiceError
from tests.auth.conftest import tool_context

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SECRETS = ("at-secret", "rt-secret", "hidden-client-secret")


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
async def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'c.db'}"
        return
    url: str = request.getfixturevalue(f"{request.param}_url")
    yield url
    driver = {"postgresql": "+asyncpg", "mariadb": "+aiomysql"}[request.param]
    engine = create_async_engine(url if "+" in url else url.replace("://", f"{driver}://"))
    async with engine.begin() as connection:
        await connection.execute(text("DROP TABLE IF EXISTS adkconf_credentials"))
    await engine.dispose()


def config(token: str | None = None, key: str = "mail") -> AuthConfig:
    oauth2 = {"clientId": "me", "clientSecret": "hidden-client-secret"}
    given = oauth2 | {"accessToken": token, "refreshToken": "rt-secret"}
    return AuthConfig.model_validate(
        {
            "authScheme": {"type": "http", "scheme": "bearer"},
            "rawAuthCredential": {"authType": "oauth2", "oauth2": oauth2},
            "exchangedAuthCredential": token and {"authType": "oauth2", "oauth2": given},
            "credentialKey": key,
        }
    )


def token_of(credential: AuthCredential | None) -> str | None:
    return credential and credential.oauth2.access_token


async def load(service: SqlCredentialService, key: str = "mail", **owner: str) -> str | None:
    return token_of(await service.load_credential(config(key=key), tool_context(**owner)))


async def save(service: SqlCredentialService, token: str | None, **owner: str) -> None:
    await service.save_credential(config(token), tool_context(**owner))


async def test_credentials_outlive_the_service_and_the_client_secret_comes_back(db_url):
    async with SqlCredentialService(db_url, OLD) as first:
        await save(first, "one")
        await save(first, "two")
    async with SqlCredentialService(db_url, OLD) as second:
        found = await second.load_credential(config(), tool_context())
    assert (found.oauth2.access_token, found.oauth2.refresh_token) == ("two", "rt-secret")
    assert found.oauth2.client_secret == "hidden-client-secret"


async def test_each_app_user_and_key_has_its_own(db_url):
    async with SqlCredentialService(db_url, OLD) as service:
        await save(service, "own")
        assert await load(service, user_id="other") is None
        assert await load(service, user_id="U") is None
        assert await load(service, app_name="other") is None
        assert await load(service, key="MAIL") is None
        assert await load(service, user_id="u\0") is None
        assert await load(service) == "own"


async def test_concurrent_saves_of_several_services_leave_one_whole_credential(db_url):
    services = [SqlCredentialService(db_url, OLD) for _ in range(3)]
    tokens = [f"token-{number}" for number in range(15)]
    pairs = zip(services * 5, tokens, strict=True)
    await asyncio.gather(*(save(service, token) for service, token in pairs))
    assert len({await load(service) for service in services} & {*tokens}) == 1
    for service in services:
        await service.close()


async def test_saving_nothing_forgets(db_url):
    async with SqlCredentialService(db_url, OLD) as service:
        await save(service, "x")
        await save(service, None)
        assert await load(service) is None


async def test_condition_of_the_database_is_told(db_url):
    async with SqlCredentialService(db_url, OLD) as service:
        assert (await service.examine()).layout == "encrypted credentials"


async def test_nothing_secret_is_in_any_file_of_the_database(tmp_path):
    service = SqlCredentialService(f"sqlite:///{tmp_path / 'c.db'}", OLD)
    await save(service, "at-secret")
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["c.db", "c.db-shm", "c.db-wal"]
    stored = b"".join(file.read_bytes() for file in files)
    assert b"adkconf_credentials" in stored
    assert not [secret for secret in (*SECRETS, OLD) if secret.encode() in stored]
    await service.close()
    assert b"at-secret" not in files[0].read_bytes()


async def test_keys_rotate(db_url):
    async with SqlCredentialService(db_url, OLD) as service:
        await save(service, "before")
    async with SqlCredentialService(db_url, [NEW, OLD]) as service:
        assert await load(service) == "before"
        await save(service, "since", user_id="v")
        assert await service.rotate() == 1
        assert await service.rotate() == 0
    async with SqlCredentialService(db_url, NEW) as service:
        assert [await load(service), await load(service, user_id="v")] == ["before", "since"]


async def test_wrong_key_is_a_clear_error_that_leaks_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'c.db'}"
    async with SqlCredentialService(url, OLD) as service:
        await save(service, "at-secret")
    async with SqlCredentialService(url, NEW) as service:
        with pytest.raises(ServiceError, match=r"c\.db.*none of the keys fits") as caught:
            await service.open()
    told = f"{caught.value!r} {caught.value.__cause__!r}"
    assert not [secret for secret in (*SECRETS, OLD, NEW) if secret in told]


async def test_credential_moved_to_another_user_is_refused(tmp_path):
    url = f"sqlite:///{tmp_path / 'c.db'}"
    async with SqlCredentialService(url, OLD) as service:
        await save(service, "at-secret", user_id="victim")
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE adkconf_credentials SET user_id = 'u'"))
        engine.dispose()
        with pytest.raises(ServiceError, match="somebody else"):
            await load(service)


@pytest.mark.parametrize("key", ["", "hunter2", "hünter2", "A" * 43, [], [OLD, "hunter2"]])
def test_key_that_is_none_is_refused_and_not_shown(key: Any):
    with pytest.raises(InputValidationError, match="openssl rand") as caught:
        SqlCredentialService("sqlite:///c.db", key)
    assert "nter2" not in str(caught.value)
    assert OLD not in str(caught.value)


def test_keys_of_openssl_and_of_files_are_keys():
    SqlCredentialService("sqlite:///c.db", "+/" * 21 + "A=\n")


async def test_name_that_the_database_cannot_hold_is_refused(tmp_path):
    async with SqlCredentialService(f"sqlite:///{tmp_path / 'c.db'}", OLD) as service:
        with pytest.raises(InputValidationError, match="user_id"):
            await save(service, "x", user_id="u" * 129)


def test_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    with pytest.raises(MissingExtraError, match=r"adkconf\[credentials\]"):
        SqlCredentialService("sqlite:///c.db", OLD)

"""Requests and credentials: what they accept, what they are called, what they never show."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from pydantic import ValidationError

from adkconf.auth import AuthConfig, AuthCredential, AuthHandler
from adkconf.auth.auth_credential import ServiceAccount
from adkconf.auth.auth_schemes import CustomAuthScheme, HTTPBearer, OAuth2

FLOW = {"authorizationUrl": "https://p.test/auth", "tokenUrl": "https://p.test/token"}
SCHEMES: dict[str, dict[str, Any]] = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "oauth2": {"type": "oauth2", "flows": {"authorizationCode": {**FLOW, "scopes": {"a": "b"}}}},
    "discovered": {"type": "openIdConnect", "openIdConnectUrl": "https://p.test/.well-known"},
    "written": {
        "type": "openIdConnect",
        "authorization_endpoint": "https://p.test/auth",
        "token_endpoint": "https://p.test/token",
        "scopes": ["openid"],
    },
}
KEY_FILE = {
    "type": "service_account",
    **dict.fromkeys(
        [
            "project_id",
            "client_email",
            "client_id",
            "auth_uri",
            "token_uri",
            "auth_provider_x509_cert_url",
            "client_x509_cert_url",
            "universe_domain",
        ],
        "public",
    ),
    "private_key": "s3cret",
    "private_key_id": "s3cret",
}
RAW: dict[str, dict[str, Any]] = {
    "none": {},
    "key": {"authType": "apiKey", "apiKey": "s3cret"},
    "http": {
        "authType": "http",
        "http": {
            "scheme": "basic",
            "credentials": {"username": "me", "password": "s3cret", "token": "s3cret"},
            "additionalHeaders": {"X-Extra": "s3cret"},
        },
    },
    "client": {
        "authType": "oauth2",
        "oauth2": {"clientId": "me", "clientSecret": "s3cret", "codeVerifier": "s3cret"},
    },
    "file": {
        "authType": "serviceAccount",
        "serviceAccount": {"serviceAccountCredential": KEY_FILE},
    },
    "extra": {"authType": "oauth2", "oauth2": {"clientId": "me", "vendorToken": "s3cret"}},
}


def config(scheme: str, raw: str) -> AuthConfig:
    return AuthConfig.model_validate(
        {"authScheme": SCHEMES[scheme], "rawAuthCredential": RAW[raw] or None}
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("raw", RAW)
def test_made_keys_are_google_adks(scheme: str, raw: str) -> None:
    theirs = import_module("google.adk.auth.auth_tool").AuthConfig.model_validate(
        {"authScheme": SCHEMES[scheme], "rawAuthCredential": RAW[raw] or None}
    )
    assert config(scheme, raw).credential_key == theirs.credential_key


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_schemes_of_fastapi_are_taken(scheme: str) -> None:
    theirs = import_module("google.adk.auth.auth_tool").AuthConfig
    foreign = theirs.model_validate({"authScheme": SCHEMES[scheme]}).auth_scheme
    assert AuthConfig(auth_scheme=foreign).auth_scheme == config(scheme, "none").auth_scheme


def test_bearer_and_custom_schemes_are_told_apart() -> None:
    assert isinstance(config("bearer", "none").auth_scheme, HTTPBearer)
    assert isinstance(config("oauth2", "none").auth_scheme, OAuth2)
    own = AuthConfig.model_validate({"authScheme": {"type": "mine", "place": "x"}})
    assert isinstance(own.auth_scheme, CustomAuthScheme)


@pytest.mark.parametrize("raw", [name for name in RAW if name != "none"])
def test_no_text_and_no_request_shows_a_secret(raw: str) -> None:
    given = config("key", raw)
    request = AuthHandler(given).generate_auth_request()
    assert "s3cret" not in f"{given!r} {given} {given.raw_auth_credential!r}"
    assert "s3cret" not in request.model_dump_json()
    assert "s3cret" in given.model_dump_json()


def test_rejected_credentials_are_not_quoted() -> None:
    with pytest.raises(ValidationError) as caught:
        AuthCredential.model_validate({"authType": "oauth2", "oauth2": {"expiresIn": "s3cret"}})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({}, "service_account_credential is required"),
        ({"use_default_credential": True, "use_id_token": True}, "audience is required"),
    ],
)
def test_incomplete_service_accounts_are_refused(fields: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        ServiceAccount(**fields)


@pytest.mark.parametrize(
    ("scheme", "raw", "what"),
    [
        ("oauth2", "none", "needs a raw_auth_credential with oauth2"),
        ("oauth2", "key", "needs a raw_auth_credential with oauth2"),
        ("discovered", "client", "no address where a user can sign in"),
    ],
)
def test_requests_that_cannot_be_made_say_what_is_missing(scheme: str, raw: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        AuthHandler(config(scheme, raw)).generate_auth_request()


@pytest.mark.parametrize(
    ("changes", "what"),
    [({"client_id": None}, "no client_id"), ({"code_challenge_method": "plain"}, "use 'S256'")],
)
def test_clients_that_cannot_sign_in_are_refused(changes: dict[str, Any], what: str) -> None:
    given = config("oauth2", "client")
    client = given.raw_auth_credential.oauth2.model_copy(update=changes)
    given.raw_auth_credential.oauth2 = client
    with pytest.raises(ValueError, match=what):
        AuthHandler(given).generate_auth_request()


def test_address_made_by_the_tool_itself_is_kept() -> None:
    given = config("oauth2", "client")
    given.raw_auth_credential.oauth2.auth_uri = "https://p.test/own?state=abc"
    request = AuthHandler(given).generate_auth_request()
    assert request.exchanged_auth_credential.oauth2.auth_uri == "https://p.test/own?state=abc"

"""What may be written down of a value."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from adkconf.plugins.redaction import names_secret, redact


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "access_token",
        "apiKey",
        "X-Api-Key",
        "user:openai_api_key",
        "app:clientSecret",
        "temp:anything",
        "Proxy-Authorization",
        "token",
        "googleCredentials",
    ],
)
def test_keys_that_name_a_secret(key: str) -> None:
    assert names_secret(key)


@pytest.mark.parametrize("key", ["prompt_token_count", "city", "key", "tokens", "author", "user:a"])
def test_keys_that_do_not(key: str) -> None:
    assert not names_secret(key)


class Colour(StrEnum):
    RED = "red"


class Model(BaseModel):
    name: str
    password: str = "canary"
    pin: SecretStr = SecretStr("canary")
    nothing: Any = None


PEM = "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Colour.RED, "red"),
        (b"1234", "<4 bytes>"),
        ((1, {2}), [1, [2]]),
        ({1: 2.5}, {"1": 2.5}),
        (f"before {PEM} after", "before [REDACTED] after"),
        ("-----BEGIN PRIVATE KEY-----\ncanary", "[REDACTED]"),
        (Model(name="n"), {"name": "n", "password": "[REDACTED]", "pin": "[REDACTED]"}),
        (object, "<class 'object'>"),
    ],
)
def test_values_become_plain_data(value: Any, expected: Any) -> None:
    made = redact(value)
    assert made == expected
    assert type(made) is type(expected)


def test_value_that_contains_itself_ends() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert "too deep" in str(redact(loop))

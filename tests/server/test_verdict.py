from __future__ import annotations

import asyncio

import pytest

from adkconf.errors import ConfigError
from adkconf.server.access.admission import Admission, check_bind
from adkconf.server.access.callers import Caller
from adkconf.server.access.verdict import Head, Refusal, is_loopback
from adkconf.server.settings import Settings

LOCAL = Settings()
PUBLIC = Settings(host="0.0.0.0", tokens=("s3cret", "next"))
NAMED = Settings(host="0.0.0.0", tokens=("s3cret",), allow_hosts=("api.example.com",))
SHARED = Settings(allow_origins=("https://app.example.com",))
OPEN = Settings(allow_origins=("*",))
SMALL = Settings(max_body_bytes=10)
TOKEN = {"authorization": "Bearer s3cret"}
JSON = {"content-type": "application/json", "content-length": "2"}


def head(method: str = "GET", path: str = "/list-apps", **headers: str | list[str]) -> Head:
    given = {"host": "127.0.0.1:8000", **{k.replace("_", "-"): v for k, v in headers.items()}}
    lists = {name: [value] if isinstance(value, str) else value for name, value in given.items()}
    return Head(method=method, path=path, headers=lists)


def verdict(request: Head, settings: Settings) -> Caller | Refusal | None:
    return asyncio.run(Admission(settings).judge(request, "192.0.2.1"))


def status(request: Head, settings: Settings = LOCAL) -> int:
    refusal = verdict(request, settings)
    return refusal.status if isinstance(refusal, Refusal) else 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", 200),
        ("LOCALHOST.:8000", 200),
        ("127.0.0.1:1", 200),
        ("127.9.9.9", 200),
        ("[::1]", 200),
        ("[::1]:8000", 200),
        ("evil.com", 403),
        ("evil-localhost", 403),
        ("localhost.evil.com", 403),
        ("127.0.0.1.evil.com:8000", 403),
        ("127.0.0.1:8000.evil.com", 400),
        ("10.0.0.1", 403),
        ("[::1].evil.com", 400),
        ("localhost@evil.com", 400),
        ("localhost/x", 400),
        ("localhost, evil.com", 400),
        ("", 400),
        ([], 400),
        (["localhost", "evil.com"], 400),
        (["localhost", "localhost"], 400),
    ],
)
def test_only_names_of_this_machine_reach_a_loopback_server(
    host: str | list[str], expected: int
) -> None:
    assert status(head(host=host)) == expected
    assert status(head(host=host, path="/health")) == expected


@pytest.mark.parametrize(
    ("settings", "host", "expected"),
    [
        (PUBLIC, "anything.example.com", 200),
        (NAMED, "api.example.com", 200),
        (NAMED, "API.example.com.:443", 200),
        (NAMED, "other.example.com", 403),
        (NAMED, "127.0.0.1", 200),
        (SHARED, "app.example.com", 200),
        (OPEN, "evil.com", 403),
    ],
)
def test_names_can_be_allowed(settings: Settings, host: str, expected: int) -> None:
    assert status(head(host=host, **TOKEN), settings) == expected


@pytest.mark.parametrize(
    ("settings", "origin", "expected"),
    [
        (LOCAL, "http://127.0.0.1:8000", 200),
        (LOCAL, "http://localhost:8000", 403),
        (LOCAL, "http://127.0.0.1:3000", 403),
        (LOCAL, "https://evil.com", 403),
        (LOCAL, "null", 403),
        (LOCAL, "", 403),
        (LOCAL, "file://127.0.0.1:8000", 403),
        (LOCAL, "http://127.0.0.1:8000.evil.com", 403),
        (LOCAL, "http://[", 403),
        (LOCAL, ["http://127.0.0.1:8000", "http://evil.com"], 400),
        (SHARED, "https://app.example.com", 200),
        (SHARED, "http://app.example.com", 403),
        (SHARED, "http://127.0.0.1:8000", 200),
        (OPEN, "https://evil.com", 200),
        (OPEN, "null", 403),
    ],
)
def test_pages_of_other_origins_are_refused(
    settings: Settings, origin: str | list[str], expected: int
) -> None:
    assert status(head(origin=origin), settings) == expected
    assert status(head("POST", "/run", origin=origin, **JSON), settings) == expected


@pytest.mark.parametrize(
    ("method", "site", "mode", "expected"),
    [
        ("GET", "same-origin", "cors", 200),
        ("GET", "none", "navigate", 200),
        ("GET", "cross-site", "navigate", 200),
        ("GET", "cross-site", "no-cors", 403),
        ("GET", "cross-site", "websocket", 403),
        ("POST", "cross-site", "navigate", 403),
    ],
)
def test_what_browsers_say_about_the_sender_counts(
    method: str, site: str, mode: str, expected: int
) -> None:
    assert status(head(method, sec_fetch_site=site, sec_fetch_mode=mode)) == expected


def test_a_proxy_may_take_the_tls_off() -> None:
    request = head(host="api.example.com", origin="https://api.example.com", **TOKEN)
    assert status(request, NAMED) == 200


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        ("Bearer s3cret", 200),
        ("bearer next", 200),
        ("Bearer  s3cret ", 200),
        ("Bearer s3cre", 401),
        ("Bearer", 401),
        ("Basic s3cret", 401),
        ("s3cret", 401),
        ("Bearer s3cret\udcff", 401),
        ([], 401),
    ],
)
def test_a_token_opens_the_server(authorization: str | list[str], expected: int) -> None:
    assert status(head(authorization=authorization), PUBLIC) == expected


@pytest.mark.parametrize(
    ("method", "path", "extra", "expected"),
    [
        ("GET", "/health", {}, 200),
        ("GET", "/ready", {}, 200),
        ("GET", "/health/", {}, 401),
        ("GET", "/version", {}, 401),
        ("OPTIONS", "/run", {"access-control-request-method": "POST"}, 200),
        ("OPTIONS", "/run", {}, 401),
    ],
)
def test_only_probes_and_preflights_need_no_token(
    method: str, path: str, extra: dict[str, str], expected: int
) -> None:
    assert status(head(method, path, **extra), PUBLIC) == expected


def test_a_probe_without_token_is_not_authorized_for_details() -> None:
    assert verdict(head(path="/health"), PUBLIC) is None
    assert verdict(head(path="/health", **TOKEN), PUBLIC) == Caller()
    assert verdict(head(path="/health"), LOCAL) == Caller()


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("POST", {}, 200),
        ("POST", {"content-length": "0"}, 200),
        ("POST", JSON, 200),
        ("POST", {**JSON, "content-type": "application/json; charset=utf-8"}, 200),
        ("POST", {**JSON, "content-type": "application/merge-patch+json"}, 200),
        ("POST", {**JSON, "content-type": "text/plain"}, 415),
        ("POST", {**JSON, "content-type": "text/plain; application/json"}, 415),
        ("POST", {"content-length": "2"}, 415),
        ("PATCH", {"transfer-encoding": "chunked"}, 415),
        ("DELETE", {**JSON, "content-type": "multipart/form-data"}, 415),
        ("POST", {**JSON, "content-length": "11"}, 413),
        ("POST", {**JSON, "content-length": "-1"}, 400),
        ("POST", {**JSON, "content-length": "²"}, 400),
    ],
)
def test_bodies_are_small_and_json(method: str, headers: dict[str, str], expected: int) -> None:
    assert status(head(method, "/run", **headers), SMALL) == expected


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.0.0.1", "example.com"])
def test_a_public_address_needs_a_token(host: str) -> None:
    with pytest.raises(ConfigError, match="refusing to listen"):
        check_bind(Settings(host=host))
    check_bind(Settings(host=host, tokens=("t",)))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.1.2.3"])
def test_loopback_needs_none(host: str) -> None:
    assert is_loopback(host)
    check_bind(Settings(host=host))

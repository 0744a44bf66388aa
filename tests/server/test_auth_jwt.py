from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adkconf import config
from adkconf.config.spec.server_access import JwtSpec
from adkconf.server.access import jwt_keys
from adkconf.server.access.jwt_verifier import JwtVerifier
from adkconf.server.problems import Problem

ISSUER, AUDIENCE = "https://id.example.com", "adkconf"
SECRET = "s" * 32
FIRST, SECOND = (rsa.generate_private_key(65537, 2048) for _ in range(2))
CURVE = ec.generate_private_key(ec.SECP256R1())


def pem(key: Any) -> str:
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.public_key().public_bytes(*form).decode()


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    own = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": now + 60, **changes}
    return {name: value for name, value in own.items() if value is not None}


def signed(key: Any = FIRST, algorithm: str = "RS256", kid: str | None = None, **c: Any) -> str:
    return jwt.encode(claims(**c), key, algorithm, headers={"kid": kid} if kid else None)


def verifier(**spec: Any) -> JwtVerifier:
    return JwtVerifier(JwtSpec.model_validate({"issuer": ISSUER, "audience": AUDIENCE, **spec}))


@pytest.mark.parametrize(
    ("spec", "key", "algorithm"),
    [
        ({"public_key": pem(FIRST)}, FIRST, "RS256"),
        ({"public_key": pem(FIRST)}, FIRST, "PS512"),
        ({"public_key": pem(CURVE)}, CURVE, "ES256"),
        ({"secret": SECRET}, SECRET, "HS256"),
    ],
)
async def test_a_right_token_tells_its_subject(spec: Any, key: Any, algorithm: str) -> None:
    assert await verifier(**spec).subject_of(signed(key, algorithm)) == "ada"
    assert await verifier(**spec, algorithms=["ES512"]).subject_of(signed(key, algorithm)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example.com"},
        {"aud": "other"},
        {"aud": None},
        {"iss": None},
        {"exp": None},
        {"exp": time.time() - 40},
        {"nbf": time.time() + 3600},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
    ],
)
async def test_a_token_for_others_or_other_times_is_wrong(changes: Any) -> None:
    assert await verifier(public_key=pem(FIRST)).subject_of(signed(**changes)) is None


async def test_clocks_may_differ_a_little() -> None:
    late = signed(exp=time.time() - 10)
    assert await verifier(public_key=pem(FIRST)).subject_of(late) == "ada"
    assert await verifier(public_key=pem(FIRST), leeway_seconds=0).subject_of(late) is None


def forged(header: dict[str, Any], key: bytes) -> str:
    def part(data: bytes) -> bytes:
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    body = b".".join(part(json.dumps(item).encode()) for item in (header, claims()))
    return (body + b"." + part(hmac.digest(key, body, hashlib.sha256) if key else b"")).decode()


@pytest.mark.parametrize(
    "token",
    [
        forged({"alg": "HS256", "typ": "JWT"}, pem(FIRST).encode()),
        forged({"alg": "none", "typ": "JWT"}, b""),
        forged({"alg": "None"}, b""),
        forged({"alg": 5}, b""),
        forged({"alg": "RS256", "kid": ["x"]}, b"x"),
        signed(SECOND),
        "a.b.c",
        "...",
        "",
        "\udcff.x.y",
        "ey" * 9000,
    ],
)
async def test_a_public_key_is_never_a_secret_and_none_is_no_algorithm(token: str) -> None:
    allowed = ["RS256", "HS256"]  # the configuration refuses this; so does the code
    assert await verifier(public_key=pem(FIRST), algorithms=allowed).subject_of(token) is None


async def test_another_claim_may_name_the_user() -> None:
    own = verifier(public_key=pem(FIRST), subject_claim="email")
    assert await own.subject_of(signed(email="a@example.com")) == "a@example.com"
    assert await own.subject_of(signed()) is None


class Provider:
    """Shows keys over HTTP as `answer` says; counts how often it is asked."""

    def __init__(self) -> None:
        self.answer: Any = Response(status_code=500)
        self.asked = 0

    def shows(self, *keys: tuple[str, Any]) -> None:
        shown = [
            {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid}
            for kid, key in keys
        ]
        self.answer = JSONResponse({"keys": shown})

    async def __call__(self, _: Request) -> Response:
        self.asked += 1
        return self.answer


@pytest.fixture
async def provider(serving_app: Any) -> AsyncIterator[tuple[Provider, JwtVerifier]]:
    provider = Provider()
    async with serving_app(Starlette(routes=[Route("/keys", provider.__call__)])) as client:
        yield provider, verifier(jwks_url=f"{client.base_url}/keys")


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwt_keys, "_PAUSE_SECONDS", 0)


@pytest.mark.usefixtures("no_pause")
async def test_new_keys_are_fetched_when_they_are_met(provider: Any) -> None:
    source, own = provider
    source.shows(("1", FIRST))
    for _ in range(3):
        assert await own.subject_of(signed(kid="1")) == "ada"
    assert source.asked == 1
    source.shows(("2", SECOND))
    assert await own.subject_of(signed(SECOND, kid="2")) == "ada"
    assert await own.subject_of(signed(kid="1")) is None


async def test_unknown_keys_do_not_flood_the_provider(provider: Any) -> None:
    source, own = provider
    source.shows(("1", FIRST))
    for number in range(50):
        assert await own.subject_of(signed(kid=f"made-up-{number}")) is None
    assert source.asked == 1


@pytest.mark.usefixtures("no_pause")
async def test_keys_stay_good_while_the_provider_is_away(provider: Any) -> None:
    source, own = provider
    with pytest.raises(Problem, match="does not answer"):
        await own.subject_of(signed(kid="1"))
    source.shows(("1", FIRST))
    assert await own.subject_of(signed(kid="1")) == "ada"
    source.answer = Response(status_code=500)
    assert await own.subject_of(signed(SECOND, kid="2")) is None
    assert await own.subject_of(signed(kid="1")) == "ada"


@pytest.mark.parametrize(
    "answer",
    [
        Response(b"no json"),
        JSONResponse([]),
        JSONResponse({"keys": 5}),
        Response(b" " * (600 * 1024)),
        Response(b"[" * (500 * 1024)),
        Response(status_code=302, headers={"location": "http://127.0.0.1:1/keys"}),
    ],
)
async def test_what_is_no_key_set_is_no_answer(provider: Any, answer: Response) -> None:
    source, own = provider
    source.answer = answer
    with pytest.raises(Problem, match="does not answer"):
        await own.subject_of(signed(kid="1"))


async def test_a_secret_in_a_key_set_signs_nothing(provider: Any) -> None:
    source, own = provider
    key = base64.urlsafe_b64encode(SECRET.encode()).decode()
    source.answer = JSONResponse({"keys": [{"kty": "oct", "k": key, "kid": "1"}, 5, {"kty": "EC"}]})
    assert await own.subject_of(signed(SECRET, "HS256", kid="1")) is None


class OpenProvider(Provider):
    """Shows its keys at `/keys`, and its configuration at an address below its issuer."""

    issuer = ""
    configuration: Any = Response(status_code=500)

    async def __call__(self, request: Request) -> Response:
        if request.url.path == "/keys":
            return await super().__call__(request)
        assert request.url.path == "/tenant/.well-known/openid-configuration"
        return self.configuration

    def describes(self, **changes: Any) -> None:
        own = {"issuer": self.issuer, "jwks_uri": self.issuer.replace("tenant", "keys")}
        self.configuration = JSONResponse({**own, **changes})


@pytest.fixture
async def open_provider(serving_app: Any) -> AsyncIterator[tuple[OpenProvider, JwtVerifier]]:
    provider = OpenProvider()
    async with serving_app(Starlette(routes=[Route("/{_:path}", provider.__call__)])) as client:
        provider.issuer = f"{str(client.base_url).rstrip('/')}/tenant"
        provider.shows(("1", FIRST))
        provider.describes()
        yield provider, verifier(issuer=provider.issuer)


@pytest.mark.usefixtures("no_pause")
async def test_an_issuer_alone_is_asked_where_its_keys_are(open_provider: Any) -> None:
    source, own = open_provider
    for _ in range(3):
        assert await own.subject_of(signed(kid="1", iss=source.issuer)) == "ada"
    assert source.asked == 1
    assert await own.subject_of(signed(kid="1")) is None
    source.shows(("2", SECOND))
    assert await own.subject_of(signed(SECOND, kid="2", iss=source.issuer)) == "ada"


@pytest.mark.parametrize(
    ("described", "told"),
    [
        ({"issuer": ISSUER}, "not for this issuer"),
        ({"issuer": None}, "not for this issuer"),
        ({"jwks_uri": None}, "no 'jwks_uri'"),
        ({"jwks_uri": "http://id.example.com/keys"}, "no 'jwks_uri'"),
        ({"jwks_uri": "file:///etc/keys.json"}, "no 'jwks_uri'"),
        ({"jwks_uri": "https://[/"}, "no 'jwks_uri'"),
    ],
)
async def test_a_configuration_that_could_be_anybodys_is_no_answer(
    open_provider: Any, caplog: pytest.LogCaptureFixture, described: Any, told: str
) -> None:
    source, own = open_provider
    source.describes(**described)
    with pytest.raises(Problem, match="does not answer"):
        await own.subject_of(signed(kid="1", iss=source.issuer))
    assert told in caplog.text
    assert source.asked == 0


@pytest.mark.usefixtures("no_pause")
async def test_keys_stay_good_while_the_configuration_is_wrong(open_provider: Any) -> None:
    source, own = open_provider
    assert await own.subject_of(signed(kid="1", iss=source.issuer)) == "ada"
    source.describes(issuer="https://evil.example.com")
    assert await own.subject_of(signed(SECOND, kid="2", iss=source.issuer)) is None
    assert await own.subject_of(signed(kid="1", iss=source.issuer)) == "ada"


@pytest.mark.parametrize(
    ("jwt_section", "place"),
    [
        ("issuer: 'https://id.example.com', audience: a", None),
        ("issuer: 'http://localhost:9/realm', audience: a, algorithms: [ES256]", None),
        ("issuer: us, audience: a", ("E207", "no key, and 'us' cannot be asked")),
        ("issuer: 'http://id.example.com', audience: a", ("E207", "cannot be asked")),
        ("issuer: 'https://id.example.com/?x=1', audience: a", ("E207", "cannot be asked")),
        (
            "issuer: 'https://id.example.com', audience: a, algorithms: [HS256]",
            ("E207", "'HS256' does not go with 'issuer'"),
        ),
        ("issuer: us, audience: a, secret: x, public_key: y", ("E207", "exclude each other")),
        ("issuer: us, audience: a, jwks_url: 'http://x.org/k'", ("E206", "could be anybody's")),
    ],
)
def test_a_file_must_tell_what_proves_tokens_true(
    tmp_path: Path, jwt_section: str, place: tuple[str, str] | None
) -> None:
    file = tmp_path / "app.yaml"
    file.write_text(
        f"name: a\nroot_agent: {{model: echo}}\nserver: {{auth: {{jwt: {{{jwt_section}}}}}}}\n"
    )
    errors = [found for found in config.load(file).diagnostics if found.severity == "error"]
    expected = [] if place is None else [place]
    assert [(found.code, found.line) for found in errors] == [(code, 3) for code, _ in expected]
    assert all(told in found.message for found, (_, told) in zip(errors, expected, strict=True))


async def test_a_signed_token_opens_the_server_for_its_user(serving: Any) -> None:
    spec = JwtSpec(issuer=ISSUER, audience=AUDIENCE, public_key=pem(FIRST))
    async with serving(jwt=spec) as client:
        headers = {"authorization": f"Bearer {signed()}"}
        path = "/apps/stamper/users/{}/sessions"
        assert (await client.get(path.format("ada"), headers=headers)).status_code == 200
        assert (await client.get(path.format("bob"), headers=headers)).status_code == 403
        assert (await client.get("/version")).status_code == 401


async def test_a_provider_that_is_away_is_a_503(serving: Any) -> None:
    spec = JwtSpec(issuer=ISSUER, audience=AUDIENCE, jwks_url="http://127.0.0.1:1/keys")
    async with serving(jwt=spec, tokens=("root",)) as client:
        headers = {"authorization": f"Bearer {signed(kid='1')}"}
        assert (await client.get("/version", headers=headers)).status_code == 503
        known = {"authorization": "Bearer root"}
        assert (await client.get("/version", headers=known)).status_code == 200
        assert (await client.get("/health", headers=headers)).status_code == 200

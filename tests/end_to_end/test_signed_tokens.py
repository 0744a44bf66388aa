"""Tokens of an identity provider at the real command: discovery, keys, RS256."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.end_to_end.conftest import Serve

KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
RUN = {"newMessage": {"role": "user", "parts": [{"text": "hello"}]}}


@pytest.fixture
def issuer() -> Iterator[str]:
    """Shows where its keys are, and the keys."""

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            key = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
            documents: dict[str, Any] = {
                "/.well-known/openid-configuration": {"issuer": url, "jwks_uri": f"{url}/keys"},
                "/keys": {"keys": [{**key, "kid": "one", "use": "sig"}]},
            }
            body = json.dumps(documents[self.path]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield url
        server.shutdown()
        thread.join()


def bearer(issuer: str, key: Any = KEY, **changes: Any) -> dict[str, str]:
    claims = {"iss": issuer, "aud": "shop", "sub": "ada", "exp": time.time() + 60, **changes}
    token = jwt.encode(claims, key, "RS256", headers={"kid": "one"})
    return {"Authorization": f"Bearer {token}"}


def test_a_token_of_the_provider_opens_the_sessions_of_its_user(
    serve: Serve, tmp_path: Path, issuer: str
) -> None:
    file = tmp_path / "app.yaml"
    auth = json.dumps({"jwt": {"issuer": issuer, "audience": "shop"}})
    file.write_text(f"name: app\nroot_agent: {{model: echo}}\nserver: {{auth: {auth}}}\n")
    ada = bearer(issuer)
    with serve(file) as client:
        wrong = [
            {},
            bearer(issuer, OTHER),
            bearer(issuer, aud="other"),
            bearer(issuer, exp=time.time() - 60),
        ]
        assert {client.get("/list-apps", headers=each).status_code for each in wrong} == {401}
        assert client.get("/list-apps", headers=ada).json() == ["app"]
        assert client.post("/apps/app/users/ada/sessions/s", headers=ada).status_code == 200
        body = {"appName": "app", "userId": "ada", "sessionId": "s", **RUN}
        assert client.post("/run", json=body, headers=ada).status_code == 200
        assert client.get("/apps/app/users/eve/sessions", headers=ada).status_code == 403

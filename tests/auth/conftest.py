"""A provider's token endpoint on a real socket."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from adkconf.agents import LlmAgent
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.plugins.plugin_manager import PluginManager
from adkconf.sessions import InMemorySessionService, Session


@cache
def _private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


@dataclass
class Provider:
    """Gives a token for the code `good`; checks PKCE against the challenge it was shown.

    It gives tokens also for the refresh token `rt-1`, to clients, and to service accounts.
    """

    url: str = ""
    refuses: bool = False
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    challenge: str | None = None

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        match form.get("grant_type"):
            case "refresh_token" if form["refresh_token"] == "rt-1":
                return 200, {"access_token": "at-2", "expires_in": 3600}
            case "client_credentials" if not self.refuses:
                return 200, {"access_token": "at-client", "expires_in": 3600}
            case "urn:ietf:params:oauth:grant-type:jwt-bearer" if not self.refuses:
                part = base64.urlsafe_b64encode(b'{"exp": 4000000000}').rstrip(b"=").decode()
                id_token = f"{part}.{part}.{part}"
                return 200, {"access_token": "at-account", "id_token": id_token, "expires_in": 3600}
        verifier = form.get("code_verifier", "")
        digest = hashlib.sha256(verifier.encode()).digest()
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
        if form.get("code") != "good" or not (proved or self.challenge is None):
            return 400, {"error": "invalid_grant", "error_description": "refused the code good"}
        return 200, {"access_token": "at-1", "refresh_token": "rt-1", "expires_in": 3600}

    def tell(self, path: str, at: str, **changes: Any) -> str:
        """Publishes the provider's metadata; returns its issuer."""
        issuer = self.url.removesuffix("/token") + path
        told = {"authorization_endpoint": f"{issuer}/authorize", "token_endpoint": self.url}
        self.documents[at] = {"issuer": issuer, **told, **changes}
        return issuer

    def tell_resource(self, path: str, servers: list[str]) -> str:
        """Publishes the metadata of a service; returns its address."""
        resource = self.url.removesuffix("/token") + path
        told = {"resource": resource, "authorization_servers": servers}
        self.documents[f"/.well-known/oauth-protected-resource{path}"] = told
        return resource

    def key_file(self) -> dict[str, str]:
        """Returns the key file of a service account of this provider."""
        addresses = ("auth_uri", "auth_provider_x509_cert_url", "client_x509_cert_url")
        return {
            **dict.fromkeys(addresses, self.url),
            "type": "service_account",
            "project_id": "p",
            "private_key_id": "1",
            "private_key": _private_key(),
            "client_email": "a@p.test",
            "client_id": "2",
            "token_uri": self.url,
            "universe_domain": "googleapis.com",
        }

    def write_key_file(self, file: Path) -> Path:
        """Writes it."""
        file.write_text(json.dumps(self.key_file()))
        return file

    def show(self, auth_uri: str) -> str:
        """Plays the browser: notes the challenge and returns the address to come back to."""
        query = dict(parse_qsl(urlsplit(auth_uri).query))
        self.challenge = query.get("code_challenge")
        return f"https://me.test/back?code=good&state={query['state']}"


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            made.requests.append(form)
            made.clients.append(self.headers.get("Authorization", ""))
            self._send(*made.answer(form))

        def do_GET(self) -> None:
            found = made.documents.get(self.path)
            self._send(200 if found else 404, found or {})

        def _send(self, status: int, data: dict[str, Any]) -> None:
            body = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/token"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def tool_context(*, app_name: str = "app", user_id: str = "u", **services: Any) -> Context:
    """A context of a tool call in a run of its own."""
    session = Session(id="s", app_name=app_name, user_id=user_id)
    agent = LlmAgent(name="root")
    run = InvocationContext(
        invocation_id="i",
        agent=agent,
        session=session,
        session_service=InMemorySessionService(),
        plugin_manager=PluginManager([]),
        **services,
    )
    return Context(run, function_call_id="call-1")

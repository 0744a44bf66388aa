"""A provider's token endpoint on a real socket."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from adkconf.agents import LlmAgent
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.plugins.plugin_manager import PluginManager
from adkconf.sessions import InMemorySessionService, Session


@dataclass
class Provider:
    """Gives a token for the code `good`; checks PKCE against the challenge it was shown."""

    url: str = ""
    requests: list[dict[str, str]] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    challenge: str | None = None

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        verifier = form.get("code_verifier", "")
        digest = hashlib.sha256(verifier.encode()).digest()
        proved = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge
        if form.get("code") != "good" or not (proved or self.challenge is None):
            return 400, {"error": "invalid_grant", "error_description": "refused the code good"}
        return 200, {"access_token": "at-1", "refresh_token": "rt-1", "expires_in": 3600}

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
            status, data = made.answer(form)
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

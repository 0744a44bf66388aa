"""Fixtures around the Vertex AI server; import them in a conftest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.vertex.memory_resources import MEMORY_HANDLERS
from tests.vertex.rag_resources import RAG_HANDLERS
from tests.vertex.session_resources import SESSION_HANDLERS
from tests.vertex.vertex_server import LOCATION, PROJECT, VertexServer

_VARIABLES = (
    "GOOGLE_API_KEY",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CLOUD_LOCATION",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_GENAI_USE_ENTERPRISE",
    "GOOGLE_GENAI_USE_VERTEXAI",
    "GOOGLE_VERTEX_BASE_URL",
)


@pytest.fixture(scope="session")
def started_vertex_server() -> Iterator[VertexServer]:
    handlers = [*SESSION_HANDLERS, *MEMORY_HANDLERS, *RAG_HANDLERS]
    with VertexServer(handlers).running() as server:
        yield server


@pytest.fixture(scope="session")
def account_file(
    started_vertex_server: VertexServer, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A service account whose tokens the server gives out."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key": pem,
        "client_email": "tester@example.com",
        "token_uri": f"{started_vertex_server.url}/token",
    }
    path = tmp_path_factory.mktemp("account") / "account.json"
    path.write_text(json.dumps(account))
    return path


@pytest.fixture
def signed_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody is signed in to Google Cloud, and there is no metadata server."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))


@pytest.fixture
def vertex_server(
    started_vertex_server: VertexServer,
    account_file: Path,
    signed_out: None,
    monkeypatch: pytest.MonkeyPatch,
) -> VertexServer:
    """A fresh server that stands for Google's, and credentials for it."""
    started_vertex_server.reset()
    # Google's server takes seconds for what this one has done at once.
    monkeypatch.setattr("adkconf.vertex.client._FIRST_LOOK_SECONDS", 0.002)
    monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", started_vertex_server.url)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account_file))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", PROJECT)
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", LOCATION)
    return started_vertex_server

"""Fixtures around the wire server; import them in a conftest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire.gemini_server import GeminiServer

CANARY_KEY = "canary-key-that-must-never-be-shown"
_VARIABLES = (
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "GOOGLE_CLOUD_LOCATION",
    "GOOGLE_CLOUD_PROJECT",
    "GOOGLE_GENAI_API_VERSION",
    "GOOGLE_GENAI_USE_ENTERPRISE",
    "GOOGLE_GENAI_USE_VERTEXAI",
    "GOOGLE_GEMINI_BASE_URL",
    "GOOGLE_VERTEX_BASE_URL",
)


@pytest.fixture(scope="session")
def started_gemini_server() -> Iterator[GeminiServer]:
    with GeminiServer().running() as server:
        yield server


@pytest.fixture
def gemini_server(
    started_gemini_server: GeminiServer, monkeypatch: pytest.MonkeyPatch
) -> GeminiServer:
    """A fresh server; every Gemini model of the test talks to it, with a key to look out for."""
    started_gemini_server.reset()
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GOOGLE_API_KEY", CANARY_KEY)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", started_gemini_server.url)
    return started_gemini_server

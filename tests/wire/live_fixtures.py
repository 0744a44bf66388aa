"""The fixture around the live server; import it in a conftest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.wire.fixtures import CANARY_KEY
from tests.wire.gemini_live_server import GeminiLiveServer, make_certificate


@pytest.fixture(scope="session")
def live_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("live"))


@pytest.fixture
async def live_server(
    live_certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[GeminiLiveServer]:
    """A fresh server that every live Gemini model of the test talks to."""
    async with GeminiLiveServer().running(live_certificate) as server:
        monkeypatch.setenv("GOOGLE_API_KEY", CANARY_KEY)
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(live_certificate))
        yield server

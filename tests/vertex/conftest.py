"""Sessions and memories of Vertex AI, on a server that speaks its API."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adkconf.memory.vertex_ai_memory_bank_service import VertexAiMemoryBankService
from adkconf.memory.vertex_ai_rag_memory_service import VertexAiRagMemoryService
from adkconf.sessions.vertex_ai_session_service import VertexAiSessionService
from tests.vertex.vertex_fixtures import (
    account_file,
    signed_out,
    started_vertex_server,
    vertex_server,
)
from tests.vertex.vertex_server import VertexServer

__all__ = ["account_file", "signed_out", "started_vertex_server", "vertex_server"]


@pytest.fixture
async def sessions(vertex_server: VertexServer) -> AsyncIterator[VertexAiSessionService]:
    async with VertexAiSessionService(agent_engine_id="77") as service:
        yield service


@pytest.fixture
async def bank(vertex_server: VertexServer) -> AsyncIterator[VertexAiMemoryBankService]:
    async with VertexAiMemoryBankService(agent_engine_id="77") as service:
        yield service


@pytest.fixture
async def rag(vertex_server: VertexServer) -> AsyncIterator[VertexAiRagMemoryService]:
    async with VertexAiRagMemoryService("88") as service:
        yield service

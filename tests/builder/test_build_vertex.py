"""Vertex AI's services as a file names them."""

from __future__ import annotations

from typing import Any

import pytest

from adkconf.config.loading import load
from adkconf.memory import VertexAiMemoryBankService, VertexAiRagMemoryService
from adkconf.sessions import VertexAiSessionService
from tests.vertex.vertex_server import API_KEY, HOME, VertexServer

ECHO = "name: app\nroot_agent: {model: echo}\n"


async def test_conversation_is_kept_in_agent_engine(
    project: Any, say: Any, vertex_server: VertexServer
):
    services = "services: {session: 'agentengine://77', memory: 'agentengine://77'}\n"
    built = await project.build(ECHO + services)
    assert isinstance(built.runner.session_service, VertexAiSessionService)
    assert isinstance(built.runner.memory_service, VertexAiMemoryBankService)
    await say(built, "I like green tea")
    ids = {"app_name": "app", "user_id": "debug_user_id"}
    session = await built.runner.session_service.get_session(**ids, session_id="debug_session_id")
    assert [event.author for event in session.events] == ["user", "app"]
    await built.runner.memory_service.add_session_to_memory(session)
    found = await built.runner.memory_service.search_memory(**ids, query="tea")
    assert found.memories
    assert {call.path.split("/")[7] for call in vertex_server.calls} == {"77"}


async def test_block_has_the_options(
    project: Any, vertex_server: VertexServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KEY", API_KEY)
    built = await project.build(
        ECHO + "services:\n"
        "  session: {uri: 'agentengine://77', express_mode_api_key: '${KEY}', ttl: 60s}\n"
        f"  memory: {{uri: 'rag://{HOME}/ragCorpora/88', similarity_top_k: 3}}\n"
    )
    assert isinstance(built.runner.memory_service, VertexAiRagMemoryService)
    session = await built.runner.session_service.create_session(app_name="app", user_id="u")
    assert vertex_server.calls[0].headers["x-goog-api-key"] == API_KEY
    stored = vertex_server.stored.sessions[f"reasoningEngines/77/sessions/{session.id}"]
    assert stored["ttl"] == "60s"


@pytest.mark.parametrize(
    ("services", "message"),
    [
        ("  session: agentengine://77\n", "gcloud auth application-default login"),
        ("  memory: rag://88\n", "GOOGLE_APPLICATION_CREDENTIALS"),
        ("  session: agentengine://\n", "reasoningEngines/ID"),
        ("  memory: agentengine://a/b\n", "reasoningEngines/ID"),
        (
            "  session: {uri: 'agentengine://77', express_mode_api_key: '${KEY}', project: p}\n",
            "either express_mode_api_key or project",
        ),
    ],
)
async def test_service_that_cannot_be_opened_is_an_error_of_its_line(
    project: Any,
    vertex_server: VertexServer,
    monkeypatch: pytest.MonkeyPatch,
    services: str,
    message: str,
):
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
    monkeypatch.setenv("KEY", "hunter2")
    found = await project.problem(ECHO + "services:\n" + services)
    assert message in found.message
    assert found.line == 4
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    "options", ["ttl: 1h", "ttl: 60", "rag_corpus: x", "similarity_top_k: 1", "agent_engine_id: 1"]
)
async def test_options_are_checked_where_they_are_written(project: Any, options: str):
    text = ECHO + f"services:\n  session:\n    uri: agentengine://77\n    {options}\n"
    (found,) = load(project.write("app.yaml", text), environ={}).diagnostics
    assert found.line == 6

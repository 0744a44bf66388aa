"""What the documents say in passing, one statement a test; the ids are those of docs/parity.md."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any

import pytest
from google.genai import types
from pydantic import ValidationError

from adkconf.agents import LlmAgent, SequentialAgent
from adkconf.agents.run_config import RunConfig, StreamingMode
from adkconf.apps import App, EventsCompactionConfig, ResumabilityConfig
from adkconf.artifacts import InMemoryArtifactService
from adkconf.errors import SessionNotFoundError
from adkconf.events import Event, EventActions
from adkconf.models import LlmResponse
from adkconf.plugins import BasePlugin
from adkconf.runners import InMemoryRunner, Runner
from adkconf.sessions import (
    BaseSessionService,
    DatabaseSessionService,
    GetSessionConfig,
    InMemorySessionService,
)
from adkconf.sessions.sqlite_session_service import SqliteSessionService
from adkconf.tools import BaseTool, BaseToolset, ToolContext
from adkconf.workflow import Workflow
from tests.conftest import Replies, says, texts

IDS = {"user_id": "u1", "session_id": "s1"}
OF_SESSION = {"app_name": "demo", **IDS}


def chat(*steps: Any, **fields: Any) -> LlmAgent:
    model = Replies(steps=list(steps) or ["Hello!"])
    return LlmAgent(**{"name": "chat", "model": model, **fields})


def a_workflow() -> Workflow:
    return Workflow(name="flow", edges=[("START", chat(name="step"))])


async def started(root: Any, **options: Any) -> InMemoryRunner:
    runner = InMemoryRunner(agent=root, app_name="demo", **options)
    await runner.session_service.create_session(**OF_SESSION)
    return runner


async def turn(runner: Runner, text: str = "Hi", **options: Any) -> list[Event]:
    run = runner.run_async(**{**IDS, "new_message": says(text, "user"), **options})
    return [event async for event in run]


async def stored(runner: Runner) -> Any:
    return await runner.session_service.get_session(**OF_SESSION)


def test_in_memory_runner_is_a_runner() -> None:
    """C002"""
    assert issubclass(InMemoryRunner, Runner)


@pytest.mark.parametrize("kind", ["session", "memory", "artifact"])
def test_in_memory_runner_keeps_everything_in_memory(kind: str) -> None:
    """C003"""
    service = getattr(InMemoryRunner(chat()), f"{kind}_service")
    assert type(service).__name__ == f"InMemory{kind.title()}Service"


def test_in_memory_runner_leaves_no_file(tmp_path: Path, monkeypatch: Any) -> None:
    """C004"""
    monkeypatch.chdir(tmp_path)
    asyncio.run(InMemoryRunner(chat()).run_debug("Hi", quiet=True))
    assert list(tmp_path.iterdir()) == []


def test_in_memory_runner_tells_its_agent() -> None:
    """C005"""
    agent = chat()
    assert InMemoryRunner(agent).agent is agent


def test_runner_keeps_the_app() -> None:
    """C012"""
    app = App(name="demo", root_agent=chat())
    assert Runner(app=app, session_service=InMemorySessionService()).app is app


@pytest.mark.parametrize("kind", ["memory", "artifact", "credential"])
def test_other_services_are_optional(kind: str) -> None:
    """C018"""
    runner = Runner(agent=chat(), app_name="demo", session_service=InMemorySessionService())
    assert getattr(runner, f"{kind}_service") is None


def test_runner_has_the_attributes_it_was_made_of() -> None:
    """C019"""
    made_of = {"agent": chat(), "app_name": "demo", "session_service": InMemorySessionService()}
    runner = Runner(**made_of, artifact_service=(files := InMemoryArtifactService()))
    assert {name: getattr(runner, name) for name in made_of} == made_of
    assert runner.artifact_service is files


async def test_run_config_of_none_is_the_default() -> None:
    """C031"""
    events = await turn(await started(chat()), run_config=None)
    assert [(event.author, event.partial) for event in events] == [("chat", None)]


@pytest.mark.parametrize(
    "make", [chat, a_workflow, lambda: SequentialAgent(name="seq", sub_agents=[chat()])]
)
async def test_run_without_a_message_is_refused_for_every_root(make: Any) -> None:
    """C032"""
    runner = InMemoryRunner(app=App(name="demo", root_agent=make()))
    await runner.session_service.create_session(**OF_SESSION)
    with pytest.raises(ValueError, match="new_message is required"):
        await turn(runner, new_message=None)


@pytest.mark.parametrize(
    ("field", "default"),
    [
        ("streaming_mode", StreamingMode.NONE),
        ("max_llm_calls", 500),
        ("response_modalities", None),
        ("speech_config", None),
        ("avatar_config", None),
        ("output_audio_transcription", types.AudioTranscriptionConfig()),
        ("input_audio_transcription", types.AudioTranscriptionConfig()),
        ("context_window_compression", None),
        ("get_session_config", None),
        ("support_cfc", False),
        ("tool_thread_pool_config", None),
        ("custom_metadata", None),
        ("save_input_blobs_as_artifacts", False),
        ("save_live_audio", False),
    ],
)
def test_run_config_has_the_documents_defaults(field: str, default: Any) -> None:
    """C036"""
    assert getattr(RunConfig(), field) == default


@pytest.mark.parametrize("method", [Runner.run_live, Runner.close_session])
def test_experimental_methods_say_so(method: Any) -> None:
    """C038"""
    assert "experimental" in inspect.getdoc(method)


def test_run_live_takes_the_arguments_of_both_documents() -> None:
    """C037"""
    taken = inspect.signature(Runner.run_live).parameters
    assert {"session", "live_request_queue", "user_id", "session_id", "run_config"} <= set(taken)


async def test_close_closes_toolsets_and_plugins() -> None:
    """C041"""
    closed = []

    class Tools(BaseToolset):
        async def get_tools(self, readonly_context: Any = None) -> list[BaseTool]:
            return []

        async def close(self) -> None:
            closed.append("toolset")

    class Plugin(BasePlugin):
        async def close(self) -> None:
            closed.append("plugin")

    app = App(name="demo", root_agent=chat(tools=[Tools()]), plugins=[Plugin(name="p")])
    await InMemoryRunner(app=app).close()
    assert closed == ["toolset", "plugin"]


def test_app_has_the_documents_fields_and_no_others() -> None:
    """C050"""
    assert set(App.model_fields) == {
        "name",
        "root_agent",
        "plugins",
        "events_compaction_config",
        "context_cache_config",
        "resumability_config",
    }
    with pytest.raises(ValidationError, match="Extra inputs"):
        App(name="demo", root_agent=chat(), unknown=1)


@pytest.mark.parametrize("name", ["user", "", "2x", "a b", "a/b", "_x"])
def test_unusable_app_names_are_refused(name: str) -> None:
    """C051"""
    with pytest.raises(ValidationError, match="App name"):
        App(name=name, root_agent=chat())


@pytest.mark.parametrize("make", [chat, a_workflow])
async def test_root_is_an_agent_or_a_node(make: Any) -> None:
    """C052"""
    runner = InMemoryRunner(app=App(name="demo", root_agent=make()))
    events = await runner.run_debug("Hi", quiet=True)
    assert "Hello!" in str([event.content for event in events])


def test_root_is_required() -> None:
    """C052"""
    with pytest.raises(ValidationError, match="root_agent"):
        App(name="demo")


def test_apps_are_not_resumable_by_default() -> None:
    """C056"""
    assert ResumabilityConfig().is_resumable is False


def test_streaming_modes_have_google_adks_values() -> None:
    """C060"""
    assert {mode.name: mode.value for mode in StreamingMode} == {
        "NONE": None,
        "SSE": "sse",
        "BIDI": "bidi",
    }


@pytest.mark.parametrize("limit", [0, -1])
async def test_no_positive_limit_means_no_limit(limit: int) -> None:
    """C061"""
    runner = await started(chat(*[[("go", {})]] * 9, "done", tools=[go]))
    events = await turn(runner, run_config=RunConfig(max_llm_calls=limit))
    assert len(events) == 19


def go() -> str:
    """Goes on."""
    return "on"


def test_modalities_are_read_from_their_names() -> None:
    """C062"""
    assert RunConfig(response_modalities=["TEXT"]).response_modalities == [types.Modality.TEXT]


async def test_run_reads_as_many_events_as_it_is_told() -> None:
    """C066"""
    runner = await started(chat())
    for text in ("one", "two", "three"):
        await turn(runner, text)
    limits = GetSessionConfig(num_recent_events=2)
    await turn(runner, "four", run_config=RunConfig(get_session_config=limits))
    request = runner.agent.model.requests[-1]
    assert texts(request.contents) == ["user: three", "model: Hello!", "user: four"]


async def test_files_of_a_message_are_saved_on_wish() -> None:
    """C070"""
    runner = await started(chat())
    blob = types.Part.from_bytes(data=b"x", mime_type="image/png")
    with pytest.warns(DeprecationWarning, match="SaveFilesAsArtifactsPlugin"):
        config = RunConfig(save_input_blobs_as_artifacts=True)
    message = types.Content(role="user", parts=[blob])
    run = (await turn(runner, new_message=message, run_config=config))[0].invocation_id
    assert await runner.artifact_service.list_artifact_keys(**OF_SESSION) == [f"artifact_{run}_0"]
    assert "artifact_" in (await stored(runner)).events[0].content.parts[0].text


@pytest.mark.parametrize(
    "options",
    [
        {"http_options": {"timeout": 1000}},
        {"labels": {"team": "a"}},
        {"service_tier": "flex"},
        {"telemetry": {"capture_message_content": "SPAN_ONLY"}},
        {"realtime_input_config": {}},
        {"explicit_vad_signal": True},
        {"translation_config": {}},
        {"enable_affective_dialog": True},
        {"proactivity": {"proactive_audio": True}},
        {"session_resumption": {"handle": "h"}},
        {"history_config": {}},
        {"save_live_blob": True},
        {"model_input_context": [{"parts": [{"text": "x"}]}]},
        {"include_thoughts_from_other_agents": True},
    ],
    ids=lambda options: next(iter(options)),
)
def test_newer_options_of_a_run_are_taken(options: dict[str, Any]) -> None:
    """C072"""
    assert RunConfig(**options).model_dump(include=set(options), exclude_unset=True)


def test_unknown_options_of_a_run_are_refused() -> None:
    """C072"""
    with pytest.raises(ValidationError, match="Extra inputs"):
        RunConfig(nonsense=1)


@pytest.mark.parametrize(
    "service", [InMemorySessionService, DatabaseSessionService, SqliteSessionService]
)
@pytest.mark.parametrize("verb", ["create", "get", "delete"])
def test_session_services_share_one_contract(service: type[Any], verb: str) -> None:
    """C090"""
    assert issubclass(service, BaseSessionService)
    taken = inspect.signature(getattr(service, f"{verb}_session")).parameters
    assert {"app_name", "user_id", "session_id"} <= set(taken)


async def test_sessions_in_memory_end_with_their_service() -> None:
    """C091"""
    await InMemorySessionService().create_session(**OF_SESSION)
    assert await InMemorySessionService().get_session(**OF_SESSION) is None


async def test_a_sqlite_file_outlives_its_service(tmp_path: Path) -> None:
    """C094"""
    async with SqliteSessionService(tmp_path / "a.db") as service:
        await service.create_session(**OF_SESSION, state={"k": 1})
    async with SqliteSessionService(tmp_path / "a.db") as service:
        assert (await service.get_session(**OF_SESSION)).state == {"k": 1}


async def test_a_hundred_calls_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    """C097"""
    async with DatabaseSessionService(f"sqlite:///{tmp_path / 'a.db'}") as service:
        names = [{**OF_SESSION, "session_id": f"s{number}"} for number in range(100)]
        await asyncio.gather(*(service.create_session(**name) for name in names))
        found = await asyncio.gather(*(service.get_session(**name) for name in names))
        assert [session.id for session in found] == [name["session_id"] for name in names]


async def test_tools_and_callbacks_share_the_state() -> None:
    """C110"""
    seen = []

    def note(tool_context: ToolContext) -> str:
        """Notes."""
        tool_context.state["k"] = 1
        return "noted"

    def after(callback_context: Any) -> None:
        seen.append(callback_context.state["k"])

    root = chat([("note", {})], "done", tools=[note], after_agent_callback=after)
    events = await turn(await started(root))
    assert [event.actions.state_delta for event in events] == [{}, {"k": 1}, {}]
    assert seen == [1]


@pytest.mark.parametrize(
    ("key", "user", "app", "seen"),
    [
        ("k", "u1", "demo", False),
        ("user:k", "u1", "demo", True),
        ("user:k", "u2", "demo", False),
        ("app:k", "u2", "demo", True),
        ("app:k", "u1", "other", False),
        ("temp:k", "u1", "demo", False),
    ],
)
async def test_prefixes_say_who_sees_a_value(key: str, user: str, app: str, seen: bool) -> None:
    """C111 C112 C113 C114"""
    runner = await started(chat())
    await turn(runner, state_delta={key: 1})
    other = await runner.session_service.create_session(app_name=app, user_id=user)
    assert (key in other.state) is seen


async def test_temporary_state_lasts_as_long_as_its_run() -> None:
    """C114"""
    seen = []

    def note(tool_context: ToolContext) -> str:
        """Notes."""
        seen.append(tool_context.state.get("temp:x"))
        tool_context.state["temp:x"] = 1
        return "noted"

    runner = await started(chat([("note", {})], [("note", {})], "done", tools=[note]))
    await turn(runner)
    await turn(runner)
    assert seen == [None, 1, None, 1]
    assert "temp:x" not in (await stored(runner)).model_dump_json()


async def test_author_is_the_user_or_the_agent() -> None:
    """C120"""
    sub = chat("from sub", name="sub", description="Helps.")
    root = chat([("transfer_to_agent", {"agent_name": "sub"})], name="root", sub_agents=[sub])
    events = await turn(await started(root), yield_user_message=True)
    assert [event.author for event in events] == ["user", "root", "root", "sub"]


async def test_content_is_genais() -> None:
    """C121"""
    assert isinstance((await turn(await started(chat())))[0].content, types.Content)


def test_actions_have_the_documents_fields() -> None:
    """C122"""
    named = {"state_delta", "artifact_delta", "escalate", "transfer_to_agent", "skip_summarization"}
    assert named <= set(EventActions.model_fields)


async def test_fragments_come_before_the_whole() -> None:
    """C123"""
    config = RunConfig(streaming_mode=StreamingMode.SSE)
    events = await turn(await started(chat("one two")), run_config=config)
    assert [bool(event.partial) for event in events] == [True, True, False]
    assert texts([event.content for event in events]) == [
        "model: one",
        "model: two",
        "model: one two",
    ]


async def test_tokens_are_told_on_the_models_events_only() -> None:
    """C124"""
    usage = types.GenerateContentResponseUsageMetadata(prompt_token_count=7)
    call = types.Content(role="model", parts=[types.Part.from_function_call(name="go", args={})])
    steps = [LlmResponse(content=call, usage_metadata=usage), "done"]
    events = await turn(await started(chat(*steps, tools=[go])), yield_user_message=True)
    assert [event.usage_metadata for event in events] == [None, usage, None, None]


async def test_tools_save_and_load_artifacts() -> None:
    """C130"""

    async def file(tool_context: ToolContext) -> str:
        """Files a report."""
        part = types.Part.from_bytes(data=b"%PDF", mime_type="application/pdf")
        await tool_context.save_artifact("report.pdf", part)
        return str((await tool_context.load_artifact("report.pdf")).inline_data.data)

    events = await turn(await started(chat([("file", {})], "done", tools=[file])))
    assert events[1].actions.artifact_delta == {"report.pdf": 0}
    assert events[1].get_function_responses()[0].response == {"result": "b'%PDF'"}


async def test_without_an_artifact_service_tools_are_told_so() -> None:
    """C130"""

    async def file(tool_context: ToolContext) -> None:
        """Files nothing."""
        await tool_context.load_artifact("report.pdf")

    runner = await started(chat([("file", {})], tools=[file]))
    runner.artifact_service = None
    with pytest.raises(ValueError, match="Artifact service is not initialized"):
        await turn(runner)


async def test_sessions_are_made_before_they_are_used() -> None:
    """C146"""
    runner = InMemoryRunner(agent=chat(), app_name="demo")
    with pytest.raises(SessionNotFoundError, match="Create it first"):
        await turn(runner)
    await runner.session_service.create_session(**OF_SESSION)
    assert len(await turn(runner)) == 1


def test_a_missing_session_is_a_value_error() -> None:
    """C147"""
    assert issubclass(SessionNotFoundError, ValueError)


@pytest.mark.parametrize("field", ["token_threshold", "compaction_interval"])
def test_a_trigger_needs_its_companion(field: str) -> None:
    """C081 C083"""
    with pytest.raises(ValidationError, match="must be set together"):
        EventsCompactionConfig(**{field: 5})


async def test_a_run_that_ended_does_not_ask_the_model_again() -> None:
    """W24"""
    config = ResumabilityConfig(is_resumable=True)
    agent = chat()
    runner = InMemoryRunner(app=App(name="demo", root_agent=agent, resumability_config=config))
    done = (await runner.run_debug("Hi", quiet=True))[0].invocation_id
    ids = {"user_id": "debug_user_id", "session_id": "debug_session_id"}
    assert [event async for event in runner.run_async(**ids, invocation_id=done)] == []
    assert len(agent.model.requests) == 1


def test_names_of_apps_are_checked_wherever_one_is_made() -> None:
    """D18"""
    with pytest.raises(ValueError, match="reserved"):
        Runner(agent=chat(), app_name="user", session_service=InMemorySessionService())

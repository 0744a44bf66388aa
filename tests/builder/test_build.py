from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adkconf.agents.context_cache_config import ContextCacheConfig
from adkconf.agents.run_config import StreamingMode
from adkconf.builder import Built
from adkconf.sessions.in_memory_session_service import InMemorySessionService

if TYPE_CHECKING:
    from conftest import Project

Say = Callable[..., Awaitable[str]]

ECHO = "name: app\nroot_agent: {model: echo}\n"


async def test_the_smallest_file_answers(project: Project, say: Say):
    assert await say(await project.build(ECHO), "Hello") == "Hello"


async def test_services_that_are_not_named_are_in_memory(project: Project):
    built = await project.build(ECHO)
    assert isinstance(built.runner.session_service, InMemorySessionService)
    assert built.runner.artifact_service is not None
    assert built.runner.memory_service is not None


async def test_the_root_agent_has_the_name_of_the_app(project: Project):
    built = await project.build("name: my-app\nroot_agent: {model: echo}")
    assert (built.runner.app_name, built.runner.agent.name) == ("my-app", "my_app")


async def test_run_options_are_those_of_the_file(project: Project):
    built = await project.build(
        ECHO + "run: {max_llm_calls: 3, on_busy: reject, streaming_mode: sse, labels: {a: b}}"
    )
    assert built.runner.on_busy == "reject"
    assert built.run_config.max_llm_calls == 3
    assert built.run_config.streaming_mode is StreamingMode.SSE
    assert built.run_config.model_fields_set == {"max_llm_calls", "streaming_mode", "labels"}


async def test_live_options_reach_the_model(project: Project):
    built = await project.build(
        ECHO
        + """
run:
  streaming_mode: bidi
  response_modalities: [TEXT]
  output_audio_transcription: null
  session_resumption: {handle: h1}
  speech_config: {voice_config: {prebuilt_voice_config: {voice_name: Kore}}}
  proactivity: {proactive_audio: true}
  save_live_blob: true
"""
    )
    assert built.run_config.streaming_mode is StreamingMode.BIDI
    assert built.run_config.save_live_blob
    config = built.run_config.connect_config().model_dump(exclude_none=True, mode="json")
    assert config == {
        "response_modalities": ["TEXT"],
        "input_audio_transcription": {},
        "session_resumption": {"handle": "h1"},
        "speech_config": {"voice_config": {"prebuilt_voice_config": {"voice_name": "Kore"}}},
        "proactivity": {"proactive_audio": True},
    }


async def test_live_options_that_do_not_fit_are_told_at_their_line(project: Project):
    found = await project.problem(ECHO + "run:\n  proactivity: {proactive: yes}\n")
    assert (found.line, "proactive" in found.message) == (ECHO.count("\n") + 2, True)


async def test_a_tool_beside_the_file_is_called(project: Project, say: Say):
    project.write("helpers.py", "WORD = 'seven'")
    project.write(
        "tools.py",
        """
        from helpers import WORD

        def number() -> str:
            return WORD
        """,
    )
    built = await project.build(
        """
        name: app
        root_agent:
          model: {scripted: [{call: {name: number}}, {text: done}]}
          tools: [./tools.py:number]
        """
    )
    events = await built.runner.run_debug("Hi", quiet=True)
    results = [r.response for e in events for r in e.get_function_responses()]
    assert results == [{"result": "seven"}]
    assert built.files == {project.root / n for n in ("app.yaml", "tools.py", "helpers.py")}


async def test_a_named_model_is_one_object_for_all_agents(project: Project):
    built = await project.build(
        """
        name: app
        models: {shared: echo}
        root_agent:
          model: shared
          sub_agents: [{name: other, model: shared}]
        """
    )
    root = built.runner.agent
    assert root.model is root.sub_agents[0].model


async def test_an_agent_of_a_class_of_ones_own_gets_its_arguments(project: Project, say: Say):
    project.write(
        "agents.py",
        """
        from adkconf.agents import BaseAgent
        from adkconf.events import Event

        class Fixed(BaseAgent):
            answer: str

            async def _run_async_impl(self, ctx):
                yield Event(author=self.name, message=self.answer)
        """,
    )
    built = await project.build(
        """
        name: app
        root_agent: {agent_class: ./agents.py:Fixed, name: fixed, answer: always this}
        """
    )
    assert await say(built) == "always this"


async def test_an_agent_made_in_python_is_used(project: Project, say: Say):
    project.write(
        "agent.py",
        """
        from adkconf.agents import LlmAgent

        root_agent = LlmAgent(name="made", model="echo")
        """,
    )
    built = await project.build("name: app\nroot_agent: ./agent.py:root_agent")
    assert built.runner.agent.name == "made"
    assert await say(built, "x") == "x"


async def test_a_factory_makes_a_tool_with_its_arguments(project: Project):
    project.write(
        "tools.py",
        """
        def greeter(word: str):
            def greet(name: str) -> str:
                return f"{word}, {name}"
            return greet
        """,
    )
    built = await project.build(
        """
        name: app
        root_agent:
          model: echo
          tools: [{name: "./tools.py:greeter", args: {word: Ahoy}}]
        """
    )
    (tool,) = built.runner.agent.canonical_tools
    assert tool.name == "greet"


async def test_an_agent_is_a_tool_of_another(project: Project, say: Say):
    built = await project.build(
        """
        name: app
        root_agent:
          model: {scripted: [{call: {name: helper, args: {request: x}}}, {text: done}]}
          tools:
            - AgentTool:
                agent: {name: helper, model: {scripted: [{text: helped}]}}
        """
    )
    events = await built.runner.run_debug("Hi", quiet=True)
    assert [r.response for e in events for r in e.get_function_responses()] == [
        {"result": "helped"}
    ]


async def test_options_of_the_model_reach_the_request(project: Project):
    built = await project.build(
        """
        name: app
        root_agent:
          model: echo
          generate_content_config:
            temperature: 0.5
            maxOutputTokens: 10
            safety_settings:
              - {category: HARM_CATEGORY_HARASSMENT, threshold: BLOCK_NONE}
        """
    )
    config = built.runner.agent.generate_content_config
    assert (config.temperature, config.max_output_tokens) == (0.5, 10)
    assert config.safety_settings[0].threshold == "BLOCK_NONE"


async def test_an_edit_gives_new_functions_while_the_old_app_goes_on(project: Project, say: Say):
    app = """
        name: app
        root_agent: {model: echo, before_agent_callbacks: [./hooks.py:answer]}
        """
    hook = """
        from google.genai import types
        import words

        def answer(callback_context):
            return types.ModelContent(words.WORD)
        """
    project.write("hooks.py", hook)
    project.write("words.py", "WORD = 'old'")
    old = await project.build(app)
    project.write("words.py", "WORD = 'new'")
    new = await project.build(previous=old)
    assert [await say(old), await say(new)] == ["old", "new"]


async def test_sessions_are_carried_over_to_the_next_build(project: Project, say: Say):
    old = await project.build(ECHO)
    await say(old, "one")
    new = await project.build(ECHO + "plugins: [logging]", previous=old)
    await old.close(new)
    assert new.runner.session_service is old.runner.session_service
    session = await new.runner.session_service.get_session(
        app_name="app", user_id="debug_user_id", session_id="debug_session_id"
    )
    assert len(session.events) == 2


async def test_a_service_that_changed_is_opened_and_the_old_one_closed(project: Project, say: Say):
    old = await project.build(ECHO + "services: {session: 'sqlite:///one.db'}")
    await say(old)
    new = await project.build(ECHO + "services: {session: 'sqlite:///two.db'}", previous=old)
    assert await say(new) == "Hi"
    assert {path.name for path in project.root.glob("*.db")} == {"one.db", "two.db"}


async def test_a_database_is_beside_the_file_wherever_one_is(
    project: Project, say: Say, tmp_path_factory: pytest.TempPathFactory, monkeypatch
):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    await say(await project.build(ECHO + "services: {session: 'sqlite:///here.db'}"))
    assert (project.root / "here.db").is_file()


async def test_a_failed_build_closes_what_it_opened_and_the_old_app_goes_on(
    project: Project, say: Say
):
    project.write(
        "parts.py",
        """
        from adkconf.artifacts import InMemoryArtifactService
        from adkconf.plugins import BasePlugin

        def note(text):
            with open("log.txt", "a") as file:
                file.write(text + "\\n")

        class Artifacts(InMemoryArtifactService):
            async def open(self): note("artifacts open")
            async def close(self): note("artifacts close")

        class Plugin(BasePlugin):
            def __init__(self): super().__init__("p"); note("plugin made")
            async def close(self): note("plugin close")
        """,
    )
    old = await project.build(ECHO)
    await project.problem(
        """
        name: app
        root_agent: {model: echo}
        plugins: [./parts.py:Plugin]
        services:
          artifact: ./parts.py:Artifacts
          session: sqlite:///no/such/directory/x.db
        """
    )
    assert (project.root / "log.txt").read_text().splitlines() == [
        "plugin made",
        "artifacts open",
        "artifacts close",
        "plugin close",
    ]
    assert await say(old, "still here") == "still here"


async def test_env_files_reach_code_that_reads_the_environment(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("REAL", "real")
    project.write(".env", "REAL=no\nOF_FILE=first\n")
    project.write(
        "hooks.py", "import os\nSEEN = (os.environ['REAL'], os.environ['OF_FILE'])\ndef f(): ..."
    )
    app = ECHO.replace("echo", "echo, tools: ['./hooks.py:f']") + "env: {files: [.env]}\n"
    await project.build(app)
    assert sys.modules["hooks"].SEEN == ("real", "first")
    project.write(".env", "OF_FILE=second\n")
    await project.build(previous=project.built[-1])
    assert sys.modules["hooks"].SEEN == ("real", "second")
    await project.build(ECHO)
    assert "OF_FILE" not in os.environ


async def test_imports_do_not_hold_up_what_runs(project: Project):
    project.write("slow.py", "import time\ntime.sleep(0.5)\ndef tool(): ...")
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(0.005)
            longest, last = max(longest, loop.time() - last), loop.time()

    task = asyncio.create_task(watch())
    await project.build("name: app\nroot_agent: {model: echo, tools: ['./slow.py:tool']}")
    task.cancel()
    assert longest < 0.3


async def test_two_apps_with_files_of_the_same_name_do_not_mix(project: Project, say: Say):
    hook = """
        from google.genai import types
        from words import WORD

        def answer(callback_context):
            return types.ModelContent(WORD)
        """
    built: list[Built] = []
    for name in ("one", "two"):
        project.root = project.root.parent / name if built else project.root / name
        project.write("hooks.py", hook)
        project.write("words.py", f"WORD = {name!r}")
        built.append(
            await project.build(
                "name: app\n"
                "root_agent: {model: echo, before_agent_callbacks: ['./hooks.py:answer']}"
            )
        )
    assert [await say(app) for app in built] == ["one", "two"]
    assert Path(sys.modules["words"].__file__).parent.name == "two"


async def test_a_long_conversation_is_summarised_by_the_model_of_the_file(
    project: Project, say: Say
):
    built = await project.build(
        ECHO
        + "compaction: {compaction_interval: 2, overlap_size: 0,"
        + " summarizer: {model: {scripted: [{text: in short}]}}}"
    )
    for _ in range(2):
        await say(built)
    session = await built.runner.session_service.get_session(
        app_name="app", user_id="debug_user_id", session_id="debug_session_id"
    )
    assert session.events[-1].actions.compaction.compacted_content.parts[0].text == "in short"


async def test_summaries_of_a_workflow_come_from_the_model_inside(project: Project, say: Say):
    project.write(
        "flow.yaml",
        """
        agent_class: Workflow
        name: flow
        edges: [[START, {model: {scripted: [{text: word}]}, name: inside}]]
        """,
    )
    built = await project.build(
        "name: app\nroot_agent: flow.yaml\ncompaction: {compaction_interval: 1, overlap_size: 0}"
    )
    await say(built)
    session = await built.runner.session_service.get_session(
        app_name="app", user_id="debug_user_id", session_id="debug_session_id"
    )
    assert session.events[-1].actions.compaction.compacted_content.parts[0].text == "word"


@pytest.mark.parametrize(
    ("text", "config"),
    [
        ("cache: true", ContextCacheConfig()),
        ("cache: {}", ContextCacheConfig()),
        (
            "cache: {cache_intervals: 5, ttl_seconds: 60, min_tokens: 7}",
            ContextCacheConfig(cache_intervals=5, ttl_seconds=60, min_tokens=7),
        ),
        ("cache: {enabled: false, ttl_seconds: 60}", None),
        ("cache: false", None),
        ("", None),
    ],
)
async def test_cache_is_that_of_the_file(
    project: Project, text: str, config: ContextCacheConfig | None
):
    built = await project.build(ECHO + text)
    assert built.app.context_cache_config == config


async def test_resumability_is_that_of_the_file(project: Project):
    built = await project.build(ECHO + "resumability: true")
    assert built.app.resumability_config.is_resumable

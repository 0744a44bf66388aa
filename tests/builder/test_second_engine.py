"""What belongs to the engine google-adk alone: how it is chosen, told of, and what it runs with."""

from __future__ import annotations

import asyncio
import importlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from google.genai import types

from adkconf.agents.live_request_queue import LiveRequestQueue
from adkconf.builder.model_access import opened_models
from adkconf.config.loading import load
from adkconf.errors import (
    InputValidationError,
    LlmCallsLimitExceededError,
    ModelError,
    SessionBusyError,
    SessionNotFoundError,
)
from adkconf.models.base_llm import BaseLlm
from adkconf.models.llm_request import LlmRequest
from tests.builder.two_engines import CODE, ENGINES, IDS, built, play, texts, turn
from tests.wire.fixtures import gemini_server, started_gemini_server
from tests.wire.gemini_server import GeminiServer, says

if TYPE_CHECKING:
    from conftest import Project

__all__ = ["gemini_server", "started_gemini_server"]

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

NOTHING = types.Content()
BELOW = (
    "root_agent: {model: echo, sub_agents: [{agent_class: Workflow, name: w, "
    "nodes: {x: {name: x, model: echo}}, edges: [[START, x]]}]}"
)
MODEL = """
from google.adk.models.base_llm import BaseLlm
from google.adk.models.llm_response import LlmResponse
from google.genai import types

class Mine(BaseLlm):
    async def generate_content_async(self, llm_request, stream=False):
        yield LlmResponse(content=types.ModelContent("ready"))
"""
ECHO = "root_agent: {name: a, model: echo}\n"


@pytest.mark.parametrize("first", ENGINES)
async def test_one_engine_goes_on_where_the_other_stopped(project: Project, first: str) -> None:
    scene = """
        root_agent:
          name: a
          model: {scripted: [{call: {name: weather, args: {city: Rome}}}, {text: warm},
                             {text: still warm}]}
          tools: [./code.py:weather]
        services: {session: "sqlite:///s.db"}
    """
    (second,) = ENGINES.keys() - {first}
    await play(await built(project, first, scene), "hi")
    app = await built(project, second, scene)
    events = await turn(app, "and now?")
    assert [part.text for event in events for part in event.content.parts] == ["still warm"]
    session = await app.runner.session_service.get_session(app_name="app", **IDS)
    assert (len(session.events), session.state["city"]) == (6, "Rome")


async def test_services_are_carried_over_to_the_next_build(project: Project) -> None:
    before = await built(project, "google-adk", ECHO)
    await play(before, "hi")
    after = await project.build(previous=before)
    assert after.runner.session_service is before.runner.session_service
    assert [e.author for e in await turn(after, "again")] == ["a"]


async def test_a_credential_service_of_the_other_engine_is_not_carried_over(
    project: Project,
) -> None:
    before = await built(project, "adkconf", ECHO)
    after = await project.build("name: app\nengine: google-adk\n" + ECHO, previous=before)
    kinds = [type(app.services.get("credential")).__module__ for app in (before, after)]
    assert [kind.startswith("google.adk") for kind in kinds] == [False, True]


@pytest.mark.parametrize("name", ["root_agent", "App(name='x', root_agent=root_agent)"])
async def test_an_object_of_google_adks_chooses_the_engine(project: Project, name: str) -> None:
    code = CODE.replace("ENGINE", "google.adk")
    project.write("code.py", f"{code}\nfrom google.adk.apps.app import App\nroot = {name}\n")
    app = await project.build("name: app\nroot_agent: ./code.py:root\n")
    assert isinstance(app.app.root_agent, importlib.import_module("google.adk.agents").LlmAgent)
    assert texts(await play(app, "hi")) == ["hi", "I am away."]


@pytest.mark.parametrize("engine", ENGINES)
async def test_an_app_of_code_brings_its_plugins_and_the_file_adds_to_it(
    project: Project, engine: str
) -> None:
    package = ENGINES[engine]
    project.write(
        "code.py",
        CODE.replace("ENGINE", package)
        + f"from {package}.apps.app import App\n"
        + "app = App(name='x', root_agent=root_agent, plugins=[Marks('*')])\n",
    )
    app = await project.build(
        f"name: app\nengine: {engine}\nroot_agent: ./code.py:app\n"
        "plugins: [{global_instruction: Be brief.}]\nresumability: true\n"
    )
    assert [plugin.name for plugin in app.app.plugins] == ["marks", "global_instruction"]
    assert app.app.resumability_config.is_resumable
    assert texts(await play(app, "hi"))[0] == "* hi"


async def test_a_missing_google_adk_is_told_where_it_is_asked_for(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "google.adk", None)  # as Python marks what cannot be imported
    found = await project.problem("name: app\nengine: google-adk\nroot_agent: {model: echo}\n")
    assert (found.line, found.column) == (2, 9)
    assert "pip install 'adkconf[google-adk]'" in found.message


@pytest.mark.parametrize(
    ("engine", "code_of", "text", "line"),
    [
        ("adkconf", "google-adk", "plugins: ['./code.py:Marks': {mark: x}]", 4),
        ("adkconf", "google-adk", "root_agent: ./code.py:root_agent", 3),
        ("adkconf", "google-adk", "root_agent: {model: echo, tools: ['./code.py:tool']}", 3),
        ("google-adk", "adkconf", "plugins: ['./code.py:Marks': {mark: x}]", 4),
        ("google-adk", "adkconf", "root_agent: {model: echo, tools: ['./code.py:tool']}", 3),
    ],
)
async def test_an_object_of_the_other_engine_is_told_with_the_remedy(
    project: Project, engine: str, code_of: str, text: str, line: int
) -> None:
    package = ENGINES[code_of]
    code = CODE.replace("ENGINE", package)
    tool = f"from {package}.tools.function_tool import FunctionTool\ntool = FunctionTool(slow)\n"
    project.write("code.py", code + tool)
    root = "" if text.startswith("root_agent") else "root_agent: {model: echo}\n"
    found = await project.problem(f"name: app\nengine: {engine}\n{root}{text}\n")
    assert (found.code, found.line) == ("E703", line)
    assert "engine: google-adk" in found.hint


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("plugins: [cloud_trace]", 4, "no CloudTracePlugin"),
        ("run: {timeout_seconds: 3}", 4, "'timeout_seconds'"),
        (
            BELOW,
            3,
            "workflows only at the root",
        ),
    ],
)
async def test_what_google_adk_lacks_is_told(
    project: Project, text: str, line: int, message: str
) -> None:
    root = "" if text.startswith("root_agent") else "root_agent: {model: echo}\n"
    found = await project.problem(f"name: app\nengine: google-adk\n{root}{text}\n")
    assert (found.code, found.line) == ("E701", line)
    assert message in found.message


async def test_a_service_of_google_adks_is_told_with_the_remedy(project: Project) -> None:
    module = "google.adk.sessions.in_memory_session_service"
    project.write("mine.py", f"from {module} import InMemorySessionService\n")
    found = await project.problem(
        f"name: app\nengine: google-adk\n{ECHO}services:\n"
        f"  session: ./mine.py:InMemorySessionService\n"
    )
    assert (found.code, found.line) == ("E703", 5)
    assert found.hint == "import BaseSessionService from adkconf instead"


async def test_a_node_of_the_other_engine_is_told_with_the_remedy(project: Project) -> None:
    code = "from google.adk.workflow import JoinNode\nnode = JoinNode(name='j')\n"
    project.write("code.py", code)
    found = await project.problem(
        "name: app\nroot_agent:\n  agent_class: Workflow\n  name: w\n"
        "  edges: [[START, ./code.py:node]]\n"
    )
    assert found.code == "E703"
    assert "engine: google-adk" in found.hint


def test_google_adk_is_imported_only_when_it_is_chosen() -> None:
    code = "import sys, adkconf.builder.assembly; print('google.adk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_live_conversation_runs_on_either_engine(project: Project, engine: str) -> None:
    app = await built(
        project,
        engine,
        "root_agent: {name: a, model: echo}\nrun: {response_modalities: [TEXT]}\n",
    )
    await app.runner.session_service.create_session(app_name="app", **IDS)
    queue = LiveRequestQueue()
    queue.send_content(types.UserContent("good morning"))
    said = []
    async for event in app.runner.run_live(
        live_request_queue=queue, run_config=app.run_config, **IDS
    ):
        said += [(part.text, event.partial) for part in (event.content or NOTHING).parts or ()]
        if event.turn_complete:
            queue.close()
    assert said == [("good ", True), ("morning", True), ("good morning", False)]


@pytest.mark.parametrize(
    "model",
    ["gemini-2.5-flash", "{gemini: {model: gemini-2.5-flash, retry_options: {attempts: 1}}}"],
)
async def test_gemini_is_google_adks_own(
    project: Project, gemini_server: GeminiServer, model: str
) -> None:
    gemini_server.put(says("Buongiorno"))
    app = await built(project, "google-adk", f"root_agent: {{name: a, model: {model}}}")
    model_in_use = app.app.root_agent.canonical_model
    kind = importlib.import_module("google.adk.models.google_llm").Gemini
    assert isinstance(model_in_use, kind)
    assert texts(await play(app, "hi")) == ["hi", "Buongiorno"]
    await model_in_use.api_client.aio.aclose()  # google-adk leaves that to the garbage collector


async def test_a_model_of_google_adks_can_be_tried_on_its_own(project: Project) -> None:
    project.write("mine.py", MODEL)
    app = "name: app\nengine: google-adk\nroot_agent: {model: {'./mine.py:Mine': {model: mine}}}\n"
    loaded = load(project.write("app.yaml", app), environ={})
    async with opened_models(loaded) as models:
        (model,) = models.values()
        assert isinstance(model, BaseLlm)
        answers = [answer async for answer in model.generate_content_async(LlmRequest())]
    assert [part.text for answer in answers for part in answer.content.parts] == ["ready"]


@pytest.mark.parametrize("engine", ENGINES)
async def test_runs_on_one_session_take_turns(project: Project, engine: str) -> None:
    app = await built(
        project,
        engine,
        "root_agent: {name: a, model: {scripted: [{text: one, delay: 0.2}]}}\n"
        "run: {on_busy: reject}\n",
    )
    await app.runner.session_service.create_session(app_name="app", **IDS)
    first = asyncio.create_task(turn(app, "hi"))
    await asyncio.sleep(0.1)
    with pytest.raises(SessionBusyError):
        await turn(app, "hi")
    assert len(await first) == 1


@pytest.mark.parametrize(
    ("scene", "error"),
    [
        ("root_agent: {name: a, model: {scripted: [{error: no}]}}", ModelError),
        ("root_agent: {name: a, model: echo}\nservices: {session: 'sqlite:///s.db'}", None),
        (
            """
            root_agent:
              name: a
              tools: [./code.py:slow]
              model: {scripted: [{call: {name: slow, args: {job: x}}}]}
            run: {max_llm_calls: 2}
            """,
            LlmCallsLimitExceededError,
        ),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
async def test_a_run_fails_with_the_same_error(
    project: Project, engine: str, scene: str, error: type[Exception] | None
) -> None:
    app = await built(project, engine, scene)
    with pytest.raises(SessionNotFoundError):
        await turn(app, "hi")
    await app.runner.session_service.create_session(app_name="app", **IDS)
    with pytest.raises(InputValidationError):
        await turn(app, types.Part(function_call=types.FunctionCall(name="f")))
    if error is not None:
        with pytest.raises(error):
            await turn(app, "hi")

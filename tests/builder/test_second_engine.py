"""The same file built out of adkconf and out of google-adk behaves the same."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import types

from adkconf.builder import Built
from adkconf.events.event import Event
from tests.conformance.engines import Names, plain, without_notes

if TYPE_CHECKING:
    from conftest import Project

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

ENGINES = {"adkconf": "adkconf", "google-adk": "google.adk"}
IDS = {"user_id": "u", "session_id": "s"}
EXAMPLES = Path(__file__).parents[2] / "examples"

CODE = """
from pydantic import BaseModel
from google.genai import types
from ENGINE.agents.llm_agent import LlmAgent
from ENGINE.agents.callback_context import CallbackContext
from ENGINE.events.event import Event
from ENGINE.events.request_input import RequestInput
from ENGINE.plugins.base_plugin import BasePlugin
from ENGINE.tools.tool_context import ToolContext

class Answer(BaseModel):
    city: str
    degrees: int

def weather(city: str, tool_context: ToolContext) -> dict:
    '''Tells the weather.'''
    tool_context.state["city"] = city
    tool_context.state["user:cities"] = 1
    return {"city": city, "degrees": 20}

async def note(text: str, tool_context: ToolContext) -> int:
    '''Saves a note.'''
    part = types.Part.from_text(text=text)
    return await tool_context.save_artifact("note.txt", part)

def slow(job: str) -> dict:
    '''Starts a job.'''
    return {"status": "pending"}

def fails(city: str) -> dict:
    '''Fails.'''
    raise ValueError("no such city")

def show_prompt(callback_context: CallbackContext, llm_request):
    contents = llm_request.contents
    callback_context.state["roles"] = [content.role for content in contents]
    words = str(llm_request.config.system_instruction) + str(contents)
    known = ("Be kind.", "Be brief.", "Go on from one.", "in Rome.", "A summary.", "* hi", "hi")
    callback_context.state["told"] = [text for text in known if text in words]

def answer_instead(callback_context: CallbackContext):
    return types.ModelContent("I am away.")

def sort(node_input: types.Content):
    text = node_input.parts[0].text
    return Event(route="long" if len(text) > 10 else "short", output=text)

def shout(node_input: str):
    return Event(message=types.ModelContent(node_input.upper()), output=node_input.upper())

def ask(node_input: str):
    return RequestInput(interrupt_id="sure", message="Sure?", response_schema=bool)

def close(node_input: bool):
    return Event(message=types.ModelContent(f"closed {node_input}"))

class Marks(BasePlugin):
    def __init__(self, mark: str) -> None:
        super().__init__("marks")
        self.mark = mark

    async def on_user_message_callback(self, *, invocation_context, user_message):
        return types.UserContent(f"{self.mark} {user_message.parts[0].text}")

    async def on_event_callback(self, *, invocation_context, event):
        event.custom_metadata = {"mark": self.mark}
        return event

root_agent = LlmAgent(name="made_in_code", before_agent_callback=answer_instead)
"""

SCENES: dict[str, str] = {
    "text": """
        root_agent: {name: a, model: {scripted: [{text: one two}, {text: three}]}, output_key: out}
    """,
    "fragments": """
        root_agent: {name: a, model: {scripted: [{thought: hm, text: one two three}]}}
        run: {streaming_mode: sse}
    """,
    "echo": "root_agent: {name: a, model: echo}",
    "tool": """
        root_agent:
          name: a
          model: {scripted: [{call: {name: weather, args: {city: Rome}}}, {text: warm}]}
          tools: [./code.py:weather]
    """,
    "instructions": """
        root_agent:
          name: a
          model: {scripted: [{call: {name: weather, args: {city: Rome}}}, {text: warm}]}
          instruction: "You are in {city?}."
          static_instruction: Be kind.
          before_model_callbacks: [./code.py:show_prompt]
          tools: [./code.py:weather]
    """,
    "transfer": """
        models:
          shared: {scripted: [{call: {name: transfer_to_agent, args: {agent_name: b}}},
                              {text: I am b.}, {text: Still b.}]}
        root_agent:
          name: a
          model: shared
          sub_agents: [{name: b, description: Does b.}]
    """,
    "sequence": """
        root_agent:
          agent_class: SequentialAgent
          name: s
          sub_agents:
            - {name: a, model: {scripted: [{text: one}]}, output_key: first}
            - name: b
              model: {scripted: [{text: two}]}
              instruction: "Go on from {first}."
              include_contents: none
              before_model_callbacks: [./code.py:show_prompt]
    """,
    "side_by_side": """
        root_agent:
          agent_class: ParallelAgent
          name: p
          sub_agents:
            - {name: a, model: {scripted: [{text: one}]}}
            - {name: b, model: {scripted: [{text: two, delay: 0.05}]}}
    """,
    "loop": """
        root_agent:
          agent_class: LoopAgent
          name: l
          max_iterations: 3
          sub_agents:
            - name: a
              model: {scripted: [{text: again}, {call: {name: exit_loop}}]}
              tools: [exit_loop]
    """,
    "agent_as_a_tool": """
        root_agent:
          name: a
          model: {scripted: [{call: {name: b, args: {request: go}}}, {text: done}]}
          tools: [{AgentTool: {agent: {name: b, model: echo, description: Repeats.}}}]
    """,
    "callback_that_answers": """
        root_agent: {name: a, model: echo, before_agent_callbacks: [./code.py:answer_instead]}
    """,
    "plugins": """
        root_agent: {name: a, model: echo, before_model_callbacks: [./code.py:show_prompt]}
        plugins:
          - ./code.py:Marks: {mark: "*"}
          - global_instruction: Be brief.
          - context_filter: 1
    """,
    "another_try_of_a_tool": """
        root_agent:
          name: a
          model: {scripted: [{call: {name: fails, args: {city: X}}}, {text: sorry}]}
          tools: [./code.py:fails]
        plugins: [{reflect_retry_tool: 2}]
    """,
    "tool_that_takes_long": """
        root_agent:
          name: a
          model: {scripted: [{call: {name: slow, args: {job: x}}}, {text: it runs}]}
          tools: [{LongRunningFunctionTool: ./code.py:slow}]
        resumability: true
    """,
    "choice": """
        root_agent:
          name: a
          model: {scripted: [{call: {name: get_user_choice, args: {options: [x, y]}}}]}
          tools: [get_user_choice]
    """,
    "artifacts": """
        root_agent:
          name: a
          model: {scripted: [{call: {name: note, args: {text: hello}}}, {text: saved}]}
          tools: [./code.py:note, load_artifacts]
          before_model_callbacks: [./code.py:show_prompt]
    """,
    "answer_as_data": """
        root_agent:
          name: a
          model: {scripted: [{text: '{"city": "Rome", "degrees": 20}'}]}
          output_schema: ./code.py:Answer
          output_key: answer
    """,
    "plan": """
        root_agent:
          name: a
          model: {scripted: [{text: "/*PLANNING*/ think /*FINAL_ANSWER*/ yes"}]}
          planner: PlanReActPlanner
    """,
    "summaries": """
        root_agent:
          name: a
          model: {scripted: [{text: one}, {text: two}]}
          before_model_callbacks: [./code.py:show_prompt]
        compaction:
          compaction_interval: 1
          overlap_size: 0
          summarizer: {model: {scripted: [{text: A summary.}]}}
    """,
    "metadata": """
        root_agent: {name: a, model: echo}
        run: {custom_metadata: {who: me}}
    """,
    "workflow": """
        root_agent:
          agent_class: Workflow
          name: w
          nodes: {clerk: {name: clerk, model: {scripted: [{text: I see.}]}}}
          edges: [[START, ./code.py:sort, {long: clerk, short: ./code.py:shout}]]
    """,
    "join": """
        root_agent:
          agent_class: Workflow
          name: w
          nodes:
            a: {name: a, model: {scripted: [{text: one}]}}
            b: {name: b, model: {scripted: [{text: two, delay: 0.05}]}}
            both: {agent_class: JoinNode}
          edges: [[START, [a, b], both]]
    """,
    "agent_of_the_engine": "root_agent: ./code.py:root_agent",
}


def _shown(event: Any, names: Names) -> dict[str, Any]:
    """What must agree: not the words that each engine has for models, nor how many they are."""
    shown = plain(event, names)
    shown.pop("usageMetadata", None)
    if compaction := shown.get("actions", {}).get("compaction"):
        del compaction["startTimestamp"], compaction["endTimestamp"]
    for part in shown.get("content", {}).get("parts", ()):
        answer = part.get("functionResponse", {}).get("response")
        if isinstance(answer, dict):
            answer.pop("reflection_guidance", None)
    return shown


async def _turn(built: Built, message: str | types.Part) -> list[Event]:
    part = types.Part(text=message) if isinstance(message, str) else message
    content = types.Content(role="user", parts=[part])
    run = built.runner.run_async(new_message=content, run_config=built.run_config, **IDS)
    return [event async for event in run]


async def _play(built: Built, *messages: str | types.Part, app_name: str = "app") -> dict[str, Any]:
    """Runs turns of one session; returns everything that can be seen from outside."""
    names, sessions = Names(), built.runner.session_service
    await sessions.create_session(app_name=app_name, **IDS)
    yielded = [
        _shown(event, names) for message in messages for event in await _turn(built, message)
    ]
    session = await sessions.get_session(app_name=app_name, **IDS)
    assert session is not None
    stored = [_shown(event, names) for event in session.events]
    return {"yielded": yielded, "stored": stored, "state": without_notes(session.state)}


async def _built(project: Project, engine: str, scene: str) -> Built:
    project.write("code.py", CODE.replace("ENGINE", ENGINES[engine]))
    return await project.build(f"name: app\nengine: {engine}\n{dedent(scene)}")


@pytest.mark.parametrize("name", SCENES)
async def test_same_file_gives_the_same_events(project: Project, name: str) -> None:
    ours, theirs = [
        await _play(await _built(project, engine, SCENES[name]), "hi", "and what about this?")
        for engine in ENGINES
    ]
    assert ours["yielded"]
    assert theirs == ours


@pytest.mark.parametrize("engine", ENGINES)
async def test_an_answer_goes_on_with_a_workflow_that_asked(project: Project, engine: str) -> None:
    built = await _built(
        project,
        engine,
        """
        root_agent:
          agent_class: Workflow
          name: w
          edges: [[START, ./code.py:sort, {__DEFAULT__: ./code.py:ask}], [./code.py:ask,
                   ./code.py:close]]
        resumability: true
        """,
    )
    answer = types.FunctionResponse(id="sure", name="adk_request_input", response={"result": True})
    played = await _play(built, "hi", types.Part(function_response=answer))
    texts = [p.get("text") for e in played["stored"] for p in e.get("content", {}).get("parts", ())]
    assert texts[-1] == "closed True"


def _texts(played: dict[str, Any]) -> list[str]:
    parts = [p for e in played["stored"] for p in e.get("content", {}).get("parts", ())]
    return [part["text"] for part in parts if "text" in part]


@pytest.mark.parametrize(
    "example", sorted(path.parent.name for path in EXAMPLES.glob("*/app.yaml"))
)
async def test_examples_answer_alike(project: Project, example: str) -> None:
    name = (EXAMPLES / example / "app.yaml").read_text().partition("name: ")[2].partition("\n")[0]
    answers = []
    for engine, package in ENGINES.items():
        folder = project.root / engine
        ignored = shutil.ignore_patterns("*.db*", "__pycache__")
        shutil.copytree(EXAMPLES / example, folder, ignore=ignored)
        for code in folder.rglob("*.py"):
            code.write_text(code.read_text().replace("from adkconf.", f"from {package}."))
        app = (folder / "app.yaml").read_text()
        built = await project.build(f"{app}\nengine: {engine}\n", folder=engine)
        answers.append(_texts(await _play(built, "it is not nice: charged, crash", app_name=name)))
    assert answers[0] == answers[1] != []


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
    await _play(await _built(project, first, scene), "hi")
    built = await _built(project, second, scene)
    events = await _turn(built, "and now?")
    assert [part.text for event in events for part in event.content.parts] == ["still warm"]
    session = await built.runner.session_service.get_session(app_name="app", **IDS)
    assert (len(session.events), session.state["city"]) == (6, "Rome")


async def test_services_are_carried_over_to_the_next_build(project: Project) -> None:
    before = await _built(project, "google-adk", SCENES["tool"])
    await _play(before, "hi")
    after = await project.build(previous=before)
    assert after.runner.session_service is before.runner.session_service
    assert [e.author for e in await _turn(after, "again")] == ["a", "a", "a"]


async def test_a_credential_service_of_the_other_engine_is_not_carried_over(
    project: Project,
) -> None:
    before = await _built(project, "adkconf", SCENES["echo"])
    after = await project.build("name: app\nengine: google-adk\n" + SCENES["echo"], previous=before)
    kinds = [type(built.services.get("credential")).__module__ for built in (before, after)]
    assert [kind.startswith("google.adk") for kind in kinds] == [False, True]


@pytest.mark.parametrize("name", ["root_agent", "App(name='x', root_agent=root_agent)"])
async def test_an_object_of_google_adks_chooses_the_engine(project: Project, name: str) -> None:
    code = CODE.replace("ENGINE", "google.adk")
    project.write("code.py", f"{code}\nfrom google.adk.apps.app import App\nroot = {name}\n")
    built = await project.build("name: app\nroot_agent: ./code.py:root\n")
    assert isinstance(built.app.root_agent, importlib.import_module("google.adk.agents").LlmAgent)
    assert _texts(await _play(built, "hi")) == ["hi", "I am away."]


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
    built = await project.build(
        f"name: app\nengine: {engine}\nroot_agent: ./code.py:app\n"
        "plugins: [{global_instruction: Be brief.}]\nresumability: true\n"
    )
    assert [plugin.name for plugin in built.app.plugins] == ["marks", "global_instruction"]
    assert built.app.resumability_config.is_resumable
    assert _texts(await _play(built, "hi"))[0] == "* hi"


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
    ],
)
async def test_what_google_adk_lacks_is_told(
    project: Project, text: str, line: int, message: str
) -> None:
    found = await project.problem(
        f"name: app\nengine: google-adk\nroot_agent: {{model: echo}}\n{text}\n"
    )
    assert (found.code, found.line) == ("E701", line)
    assert message in found.message


def test_google_adk_is_imported_only_when_it_is_chosen() -> None:
    code = "import sys, adkconf.builder.assembly; print('google.adk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

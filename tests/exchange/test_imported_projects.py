"""Projects of google-adk's kind as they become an `app.yaml`, and answer as before."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from adkconf.builder.environment import real_environment
from adkconf.cli.commands import commands
from adkconf.config.loading import load
from adkconf.errors import InputValidationError
from adkconf.exchange.importing import import_project
from tests.builder.two_engines import play, texts
from tests.exchange.conftest import Project
from tests.exchange.ejected import hosted, on_path

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

MODEL = """
from adkconf.builder.google_adk.models import adopt_model
from adkconf.models.scripted import Scripted

def says(*steps):
    return adopt_model(Scripted(steps=[*steps]))
"""

OWN_MODEL = """
from adkconf.models.scripted import Scripted

def says(*steps):
    return Scripted(steps=[*steps])
"""

PROJECTS: dict[str, dict[str, str]] = {
    "hello": {
        "agent.py": '''
            from google.adk.agents import Agent
            from .models import says

            voice = says({"text": "Hello!"})
            root_agent = Agent(
                name="greeter",
                model=voice,
                description="Greets.",
                instruction="""You greet people.
            Use few words: "hi" will do.
            """,
            )
        ''',
    },
    "team": {
        "agent.py": """
            from google.adk.agents.llm_agent import LlmAgent
            from . import models
            from .prompts import STYLE

            go = {"name": "transfer_to_agent", "args": {"agent_name": "cook"}}
            voice = models.says({"call": go}, {"text": "Soup."}, {"text": "Tea."})
            cook = LlmAgent(name="cook", model=voice, description="Knows dishes.",
                            instruction=STYLE + " Name a dish.")
            driver = LlmAgent(name="driver", model=voice, description="Knows roads.")
            root_agent = LlmAgent(name="host", model=voice, sub_agents=[cook, driver],
                                  generate_content_config=None)
        """,
        "prompts.py": 'STYLE = "Be short."\n',
    },
    "tools": {
        "agent.py": """
            from google.adk.agents import Agent
            from google.adk.tools import AgentTool, FunctionTool, exit_loop
            from google.genai import types
            from .models import says
            from .search import look_up

            voice = says({"call": {"name": "look_up", "args": {"word": "tea"}}}, {"text": "Hot."})
            helper = Agent(name="helper", model=voice, description="Helps.")
            named = FunctionTool(func=look_up)
            root_agent = Agent(
                name="librarian",
                model=voice,
                tools=[look_up, exit_loop, AgentTool(agent=helper, skip_summarization=True)],
                generate_content_config=types.GenerateContentConfig(
                    temperature=0.2,
                    safety_settings=[types.SafetySetting(
                        category=types.HarmCategory.HARM_CATEGORY_HARASSMENT,
                        threshold=types.HarmBlockThreshold.BLOCK_ONLY_HIGH)],
                ),
            )
        """,
        "search.py": """
            def look_up(word: str) -> dict:
                '''Looks a word up.'''
                return {"word": word}
        """,
    },
    "callbacks": {
        "agent.py": """
            from google.adk.agents import Agent
            from google.genai import types
            from .models import says

            def stop(callback_context):
                return types.ModelContent("Closed today.")

            def note(callback_context):
                callback_context.state["seen"] = True

            voice = says({"text": "x"})
            root_agent = Agent(name="clerk", model=voice, before_agent_callback=[note, stop],
                               output_key="last")
        """,
    },
    "pipeline": {
        "agent.py": """
            from google.adk.agents import Agent, LoopAgent, ParallelAgent, SequentialAgent
            from google.adk.tools import exit_loop
            from .models import says

            one, two = says({"text": "one"}), says({"text": "two"})
            first = says({"text": "one"})
            second = says({"text": "two", "delay": 0.05})
            third = says({"text": "again"}, {"call": {"name": "exit_loop"}})
            a = Agent(name="a", model=first, output_key="a")
            b = Agent(name="b", model=second, output_key="b")
            both = ParallelAgent(name="both", sub_agents=[a, b])
            again = LoopAgent(name="again", max_iterations=3, sub_agents=[
                Agent(name="c", model=third, instruction="Mend {a}.", tools=[exit_loop])])
            root_agent = SequentialAgent(name="line", sub_agents=[both, again])
        """,
    },
    "workflow": {
        "agent.py": """
            from google.adk import Agent, Event, Workflow
            from google.genai import types
            from .models import says

            def sort(node_input: types.Content):
                return Event(route="long" if len(node_input.parts[0].text) > 5 else "short",
                             output="sorted")

            def shout(node_input: str):
                return Event(message=types.ModelContent(node_input.upper()))

            voice = says({"text": "I see."})
            clerk = Agent(name="clerk", model=voice)
            root_agent = Workflow(
                name="mail", edges=[("START", sort, {"long": clerk, "short": shout})])
        """,
    },
    "app": {
        "agent.py": """
            from google.adk.agents import Agent
            from google.adk.agents.context_cache_config import ContextCacheConfig
            from google.adk.apps import App
            from google.adk.apps.app import EventsCompactionConfig, ResumabilityConfig
            from google.adk.plugins.global_instruction_plugin import GlobalInstructionPlugin
            from .marks import Marks
            from .models import says

            voice = says({"text": "Hello!"})
            root_agent = Agent(name="greeter", model=voice)
            app = App(
                name="hall",
                root_agent=root_agent,
                plugins=[GlobalInstructionPlugin(global_instruction="Be kind."), Marks(mark="*")],
                events_compaction_config=EventsCompactionConfig(
                    compaction_interval=5, overlap_size=1),
                resumability_config=ResumabilityConfig(is_resumable=True),
                context_cache_config=ContextCacheConfig(ttl_seconds=60),
            )
        """,
        "marks.py": """
            from google.adk.plugins.base_plugin import BasePlugin

            class Marks(BasePlugin):
                def __init__(self, mark: str) -> None:
                    super().__init__("marks")
                    self.mark = mark

                async def on_event_callback(self, *, invocation_context, event):
                    event.custom_metadata = {"mark": self.mark}
                    return event
        """,
    },
    "made_in_a_function": {
        "agent.py": """
            from google.adk.agents import Agent
            from .models import says

            def make(name):
                return Agent(name=name, model=says({"text": "Made."}))

            root_agent = make("made")
        """,
    },
}
SIMPLE = 'from google.adk import Agent\nroot_agent = Agent(name="a", model="echo")\n'
FALLBACKS = ("made_in_a_function",)


def written(root: Path, files: Mapping[str, str]) -> Path:
    root.mkdir(parents=True)
    for name, text in {"models.py": MODEL, "__init__.py": "", **files}.items():
        (root / name).write_text(dedent(text))
    return root


def imported(root: Path) -> dict[str, Any]:
    (root / "app.yaml").write_text(import_project(root, root).text)
    loaded = load(root / "app.yaml", environ=real_environment())
    assert [found for found in loaded.diagnostics if found.severity == "error"] == []
    keys: dict[str, Any] = yaml.safe_load((root / "app.yaml").read_text())
    return keys


@pytest.mark.parametrize("name", PROJECTS)
async def test_imported_project_answers_as_before(project: Project, name: str) -> None:
    root = written(project.root / name, PROJECTS[name])
    keys = imported(root)
    assert isinstance(keys["root_agent"], str) == (name in FALLBACKS)
    app = await project.build(folder=name)
    with on_path(project.root, name):
        code = import_module(f"{name}.agent")
        before = hosted(getattr(code, "app", None), code.root_agent, app)
        answers = await play(before, "hello", "and now?", app_name=app.spec.name)
    assert answers["yielded"]
    assert await play(app, "hello", "and now?", app_name=app.spec.name) == answers


@pytest.mark.parametrize(
    "name",
    [
        "app",
        "tools",
        *(pytest.param(n, marks=pytest.mark.stress) for n in ("callbacks", "pipeline", "team")),
    ],
)
async def test_imported_project_answers_alike_with_the_imports_rewritten(
    project: Project, name: str
) -> None:
    answers = []
    for folder, package in (("theirs", "google.adk"), ("ours", "adkconf")):
        files = {file: t.replace("google.adk", package) for file, t in PROJECTS[name].items()}
        if package == "adkconf":
            files["models.py"] = OWN_MODEL
        root = written(project.root / folder, files)
        assert imported(root).get("engine") == ("google-adk" if folder == "theirs" else None)
        app = await project.build(folder=folder)
        answers.append(texts(await play(app, "hello", "and now?", app_name=app.spec.name)))
    assert answers[0] == answers[1] != []


def test_code_is_read_and_not_run(tmp_path: Path) -> None:
    code = 'raise SystemExit("run")\nfrom google.adk import Agent\nroot_agent = Agent(name="a")\n'
    keys = imported_keys(written(tmp_path / "p", {"agent.py": code}))
    assert keys == {"name": "p", "root_agent": {"name": "a"}, "engine": "google-adk"}


def test_agent_config_is_named_as_it_is(tmp_path: Path) -> None:
    root = tmp_path / "guide"
    root.mkdir()
    (root / "root_agent.yaml").write_text("name: guide\nmodel: echo\ninstruction: Guide.\n")
    assert imported(root) == {"name": "guide", "root_agent": "./root_agent.yaml"}


def test_what_lies_beside_the_code_is_noticed(tmp_path: Path) -> None:
    root = written(tmp_path / "p", {"agent.py": SIMPLE, ".env": "A=1\n"})
    (root / ".adk").mkdir()
    (root / ".adk" / "session.db").touch()
    (tmp_path / "services.yaml").write_text(
        "services:\n- scheme: shelf\n  type: session\n  class: shelves.Shelf\n"
    )
    made = import_project(root, root)
    keys = yaml.safe_load(made.text)
    assert keys["services"] == {"session": "sqlite:///.adk/session.db"}
    assert keys["env"] == {"files": [{"path": ".env", "required": False}]}
    assert "session: {shelves.Shelf: {uri: …}}" in made.remarks[0]


async def test_the_sessions_of_google_adk_are_opened(project: Project) -> None:
    from google.adk.sessions.sqlite_session_service import SqliteSessionService

    root = written(project.root / "p", {"agent.py": SIMPLE})
    (root / ".adk").mkdir()
    theirs = SqliteSessionService(str(root / ".adk" / "session.db"))
    await theirs.create_session(app_name="p", user_id="u", session_id="s", state={"k": 1})
    imported(root)
    sessions = (await project.build(folder="p")).runner.session_service
    found = await sessions.get_session(app_name="p", user_id="u", session_id="s")
    assert found is not None
    assert found.state == {"k": 1}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("root_agent = Agent(**SETTINGS)", "`**` takes arguments from elsewhere"),
        ("root_agent = Agent(name='a', model='other-1')", "the model 'other-1' is not known"),
        ("root_agent = Agent(name='a', tools=[f for f in ()])", "tools are put together"),
        ("root_agent = Agent(name='a', instruction=lambda c: 'x')", "is computed"),
        ("root_agent = Agent(name='a', before_agent_callback=lambda c: c)", "is made in place"),
        ("root_agent = Agent(name='a', model=Llm(api_key='k'))", "is made in place"),
        ("root_agent = Agent(name='a', timeout=3)", "the argument 'timeout' has no key"),
        ("if True:\n    root_agent = Agent(name='a')\nroot_agent = None", "not one of the known"),
        ("root_agent = Agent(name='a', instruction='AIza' + 'x' * 35)", "is computed"),
    ],
)
def test_what_is_not_understood_is_left_to_the_code(tmp_path: Path, code: str, reason: str) -> None:
    root = written(tmp_path / "p", {"agent.py": f"from google.adk import Agent\n{code}\n"})
    made = import_project(root, root)
    assert yaml.safe_load(made.text)["root_agent"] == "./agent.py:root_agent"
    assert reason in made.remarks[0]


def test_secret_in_clear_is_not_copied(tmp_path: Path) -> None:
    key = "AIza" + "Sy" + "a1B2" * 8 + "c"
    code = f"from google.adk import Agent\nroot_agent = Agent(name='a', instruction='{key}')\n"
    made = import_project(written(tmp_path / "p", {"agent.py": code}), tmp_path / "p")
    assert key not in made.text
    assert "a secret is written in clear" in made.text


def test_variables_stay_variables(tmp_path: Path) -> None:
    code = """
        import os
        from google.adk import Agent
        root_agent = Agent(name="a", model=os.environ["MODEL"],
                           instruction=os.getenv("TEXT", "Be kind."))
    """
    keys = imported_keys(written(tmp_path / "p", {"agent.py": code}))
    assert keys["root_agent"]["model"] == "${MODEL}"
    assert keys["root_agent"]["instruction"] == "${TEXT-Be kind.}"


def test_directory_without_an_agent_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputValidationError, match="has no agent; expected agent.py"):
        import_project(tmp_path, tmp_path)


def test_command_writes_once(tmp_path: Path) -> None:
    root = written(tmp_path / "p", {"agent.py": SIMPLE})
    first, second = (CliRunner().invoke(commands, ["import", str(root)]) for _ in range(2))
    assert first.exit_code == 0
    assert "already; --force writes over it" in str(second.exception)
    text = (root / "app.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=.adkconf/app.schema.json\n")


def imported_keys(root: Path) -> dict[str, Any]:
    keys: dict[str, Any] = yaml.safe_load(import_project(root, root).text)
    return keys

"""The same file built out of adkconf and out of google-adk behaves the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from google.genai import types

from tests.builder.two_engines import ENGINES, built, play, texts

if TYPE_CHECKING:
    from conftest import Project

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

EXAMPLES = Path(__file__).parents[2] / "examples"

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
    "examples": """
        root_agent:
          name: a
          model: echo
          tools: [{ExampleTool: [{input: "Be kind.", output: [hello, in Rome.]}]}]
          before_model_callbacks: [./code.py:show_prompt]
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


@pytest.mark.parametrize("name", SCENES)
async def test_same_file_gives_the_same_events(project: Project, name: str) -> None:
    ours, theirs = [
        await play(await built(project, engine, SCENES[name]), "hi", "and what about this?")
        for engine in ENGINES
    ]
    assert ours["yielded"]
    assert theirs == ours


@pytest.mark.parametrize("engine", ENGINES)
async def test_an_answer_goes_on_with_a_workflow_that_asked(project: Project, engine: str) -> None:
    app = await built(
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
    played = await play(app, "hi", types.Part(function_response=answer))
    spoken = [
        p.get("text") for e in played["stored"] for p in e.get("content", {}).get("parts", ())
    ]
    assert spoken[-1] == "closed True"


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
        app = await project.build(f"{app}\nengine: {engine}\n", folder=engine)
        answers.append(texts(await play(app, "it is not nice: charged, crash", app_name=name)))
    assert answers[0] == answers[1] != []

"""Planners, code executors, tools and credential services out of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google.genai import types

from adkconf.auth.credential_service import InMemoryCredentialService
from adkconf.code_executors import BuiltInCodeExecutor
from adkconf.config.loading import load
from adkconf.planners import BuiltInPlanner, PlanReActPlanner
from adkconf.tools import ExampleTool, VertexAiSearchTool

if TYPE_CHECKING:
    from conftest import Project

APP = "name: demo\nroot_agent:\n  name: root\n  model: gemini-2.5-flash\n"
OWN = """\
from adkconf.code_executors import BaseCodeExecutor
from adkconf.code_executors.code_execution_utils import CodeExecutionResult
from adkconf.examples import BaseExampleProvider
from adkconf.planners import PlanReActPlanner

class Sandbox(BaseCodeExecutor):
    image: str = "python"

    def execute_code(self, invocation_context, code_execution_input):
        return CodeExecutionResult()

class Planner(PlanReActPlanner):
    pass

class Examples(BaseExampleProvider):
    def get_examples(self, query):
        return []

examples = Examples()
"""


@pytest.mark.parametrize(
    "form",
    [
        "{BuiltInPlanner: {thinking_config: {thinking_budget: 7}}}",
        "{name: BuiltInPlanner, args: {thinking_config: {thinking_budget: 7}}}",
    ],
)
async def test_thinking_is_set_in_the_file(project: Project, form: str) -> None:
    planner = (await project.build(f"{APP}  planner: {form}\n")).app.root_agent.planner
    assert isinstance(planner, BuiltInPlanner)
    assert planner.thinking_config == types.ThinkingConfig(thinking_budget=7)


async def test_planner_and_executor_need_only_their_names(project: Project) -> None:
    text = f"{APP}  planner: PlanReActPlanner\n  code_executor: BuiltInCodeExecutor\n"
    agent = (await project.build(text)).app.root_agent
    assert isinstance(agent.planner, PlanReActPlanner)
    assert isinstance(agent.code_executor, BuiltInCodeExecutor)


async def test_planner_and_executor_may_be_ones_own(project: Project) -> None:
    project.write("own.py", OWN)
    text = (
        f"{APP}  planner: ./own.py:Planner\n  code_executor:\n    ./own.py:Sandbox: {{image: x}}\n"
    )
    agent = (await project.build(text)).app.root_agent
    assert type(agent.planner).__name__ == "Planner"
    assert agent.code_executor.image == "x"


async def test_something_else_is_no_planner(project: Project) -> None:
    project.write("own.py", OWN)
    problem = await project.problem(f"{APP}  planner: ./own.py:Sandbox\n")
    assert "Sandbox, not a BasePlanner" in problem.message
    assert problem.span.line == 5


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("planner: PlanReAct", "PlanReActPlanner"),
        ("planner: BuiltInPlanner", "BuiltInPlanner"),
        ("planner: {BuiltInPlanner: {thinking_config: {budget: 7}}}", "budget"),
        ("code_executor: BuiltinCodeExecutor", "BuiltInCodeExecutor"),
    ],
)
def test_mistakes_are_found_without_building(project: Project, line: str, expected: str) -> None:
    project.write("app.yaml", f"{APP}  {line}\n")
    (problem,) = load(project.root / "app.yaml", environ={}).diagnostics
    assert expected in f"{problem.message} {problem.hint}"


async def test_examples_are_written_in_the_file(project: Project) -> None:
    text = """\
  tools:
  - ExampleTool:
    - input: Rome?
      output:
      - {role: model, parts: [{functionCall: {name: weather, args: {city: Rome}}}]}
      - Sunny.
"""
    (tool,) = (await project.build(APP + text)).app.root_agent.tools
    assert isinstance(tool, ExampleTool)
    assert tool.examples[0].input.role == "user"
    assert [content.role for content in tool.examples[0].output] == ["model", "model"]


async def test_examples_may_come_from_an_object(project: Project) -> None:
    project.write("own.py", OWN)
    text = f"{APP}  tools: [{{ExampleTool: './own.py:examples'}}]\n"
    (tool,) = (await project.build(text)).app.root_agent.tools
    assert type(tool.examples).__name__ == "Examples"


async def test_class_where_examples_should_be_is_told(project: Project) -> None:
    project.write("own.py", OWN)
    problem = await project.problem(f"{APP}  tools: [{{ExampleTool: './own.py:Examples'}}]\n")
    assert "a list of Example, or a BaseExampleProvider object" in problem.message


async def test_data_store_is_named_in_the_file(project: Project) -> None:
    text = f"{APP}  tools: [{{VertexAiSearchTool: {{data_store_id: a, max_results: 3}}}}]\n"
    (tool,) = (await project.build(text)).app.root_agent.tools
    assert isinstance(tool, VertexAiSearchTool)
    assert (tool.data_store_id, tool.max_results) == ("a", 3)


@pytest.mark.parametrize("line", ["", "services: {credential: 'memory://'}\n"])
async def test_apps_have_a_credential_service(project: Project, line: str) -> None:
    built = await project.build(f"{APP}{line}")
    assert isinstance(built.runner.credential_service, InMemoryCredentialService)


async def test_context_of_every_run_is_written_in_the_file(project: Project) -> None:
    text = """\
run:
  include_thoughts_from_other_agents: true
  model_input_context: [{role: user, parts: [{text: page 7}]}]
"""
    config = (await project.build(APP + text)).run_config
    assert config.include_thoughts_from_other_agents
    assert config.model_input_context[0].parts[0].text == "page 7"


async def test_an_agent_as_a_tool_takes_what_its_written_schema_says(project: Project):
    built = await project.build(
        """
        name: app
        root_agent:
          model:
            scripted:
              - call: {name: helper, args: {n: many}}
              - call: {name: helper, args: {n: 3}}
              - text: done
          tools:
            - AgentTool:
                agent:
                  name: helper
                  model: echo
                  input_schema: {type: object, properties: {n: {type: integer}}, required: [n]}
        """
    )
    (tool,) = built.app.root_agent.tools
    assert tool._get_declaration().parameters_json_schema["required"] == ["n"]
    events = await built.runner.run_debug("hi", quiet=True)
    told = [r.response for event in events for r in event.get_function_responses()]
    assert "not of type 'integer'" in told[0]["error"]
    assert told[1] == {"result": '{"n":3}'}


async def test_tier_and_telemetry_of_every_run_are_written_in_the_file(project: Project) -> None:
    text = "run: {service_tier: flex, telemetry: {capture_message_content: SPAN_ONLY}}\n"
    config = (await project.build(APP + text)).run_config
    assert config.service_tier == "flex"
    assert config.telemetry.captures_content(default=False)


async def test_a_tier_without_a_stream_is_not_streamed(project: Project) -> None:
    text = "run: {service_tier: deferred, streaming_mode: sse}\n"
    assert "cannot be streamed" in (await project.problem(APP + text)).message

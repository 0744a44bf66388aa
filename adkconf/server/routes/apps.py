"""The apps that the server has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.genai import types
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.llm_agent import LlmAgent
from adkconf.server.pin import fleet_of, pin, runner_of
from adkconf.server.problems import Problem
from adkconf.tools.base_tool import BaseTool


async def list_apps(request: Request) -> Response:
    """Answers with the names of the apps; with `?detailed=true`, with a word on each."""
    names = fleet_of(request).names
    if request.query_params.get("detailed", "").lower() not in {"1", "true", "on", "yes"}:
        return JSONResponse(names)
    return JSONResponse(
        {"apps": [_summary(name, (await pin(request, name)).agent) for name in names]}
    )


async def app_info(request: Request) -> Response:
    """Answers with the app's agents and what their models are told of their tools."""
    runner = runner_of(request)
    if not isinstance(runner.agent, LlmAgent):
        raise Problem(400, "Root agent is not an LlmAgent")
    agents = {agent.name: await _agent(agent) for agent in _llm_agents(runner.agent)}
    return JSONResponse({**_summary(runner.app_name, runner.agent), "agents": agents})


def _summary(app_name: str, root: BaseAgent) -> dict[str, Any]:
    return {
        "name": app_name,
        "rootAgentName": root.name,
        "description": root.description,
        "language": "yaml",
        "isComputerUse": False,
    }


def _llm_agents(agent: BaseAgent) -> Iterator[LlmAgent]:
    """Yields sub-agents before their parents, as google-adk lists them."""
    if isinstance(agent, LlmAgent):
        for child in agent.sub_agents:
            yield from _llm_agents(child)
        yield agent


async def _agent(agent: LlmAgent) -> dict[str, Any]:
    declared = [
        types.Tool(function_declarations=[declaration])
        for tool in await _tools(agent)
        if (declaration := tool._get_declaration()) is not None
    ]
    return {
        "name": agent.name,
        "description": agent.description,
        "instruction": instruction_text(agent.instruction),
        "tools": [
            tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in declared
        ],
        # google-adk writes this one key in snake case.
        "sub_agents": [child.name for child in agent.sub_agents if isinstance(child, LlmAgent)],
    }


async def _tools(agent: LlmAgent) -> list[BaseTool]:
    tools: list[BaseTool] = []
    for tool in agent.canonical_tools:
        if isinstance(tool, BaseTool):
            tools.append(tool)
        else:
            tools += await tool.get_tools()
    return tools


def instruction_text(instruction: Any) -> str:
    """Names an instruction that is a function: calling it would need a session."""
    if not callable(instruction):
        return str(instruction)
    return f"<InstructionProvider: {getattr(instruction, '__name__', type(instruction).__name__)}>"


ROUTES = [
    Route("/list-apps", list_apps, methods=["GET"]),
    Route("/apps/{app_name}/app-info", app_info, methods=["GET"]),
]

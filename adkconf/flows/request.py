"""Builds the request of one model call."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Sequence
from functools import partial

from google.genai import types

from adkconf.agents.agent_tree import agents_from
from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.errors import AdkconfError
from adkconf.flows.code_execution import offer_code_execution
from adkconf.flows.history import History, current_turn
from adkconf.flows.last_cache import offer_cache
from adkconf.flows.node_contents import node_contents
from adkconf.flows.planning import plan_request
from adkconf.flows.port import Instruction, LlmAgentPort
from adkconf.flows.task_contents import task_contents
from adkconf.flows.templates import fill_template
from adkconf.flows.transfer import offer_transfer
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.base_toolset import BaseToolset
from adkconf.tools.set_model_response_tool import SetModelResponseTool

logger = logging.getLogger("adkconf.runs")

_NO_CONFIG = types.GenerateContentConfig()


async def build_request(ctx: InvocationContext, agent: LlmAgentPort) -> LlmRequest:
    """Puts model, configuration, instructions, contents, transfers and tools together."""
    request = LlmRequest.unchecked(
        model=agent.canonical_model.model,
        config=_config(ctx, agent),
        session_key=(ctx.app_name, ctx.user_id, ctx.session.id),
        earlier_answers=partial(_earlier_answers, ctx, agent),
    )
    context = Context(ctx)
    late_instruction = await _instruct(request, context, agent)
    if agent.mode != "single_turn" and (ctx.node is None or agent.mode is not None):
        request.append_instructions([_identity(agent)])
    # Attachments of a static instruction were put into contents; they stay in front.
    request.contents = [*request.contents, *_with_context(ctx, _contents(ctx, agent))]
    if late_instruction:
        request.insert_context(late_instruction)
    plan_request(agent, context, request)
    offer_code_execution(agent, request)
    await offer_transfer(agent, context, request)
    await _add_tools(request, context, agent.canonical_tools)
    await _ask_for_schema(request, context, agent)
    offer_cache(ctx, request)
    return request


def _earlier_answers(ctx: InvocationContext, agent: LlmAgentPort) -> int:
    """Counts the answers in the session of all agents of the app that share the model object."""
    model = agent.canonical_model
    names = {
        member.name
        for member in agents_from(ctx.tree_root)
        if getattr(member, "canonical_model", None) is model
    }
    answers = (e for e in ctx.session.events if e.author in names and e.model_version is not None)
    return sum(1 for _ in answers)


def _config(ctx: InvocationContext, agent: LlmAgentPort) -> types.GenerateContentConfig:
    # A shallow copy: what is changed below is replaced, never changed in place.
    config = (agent.generate_content_config or _NO_CONFIG).model_copy()
    run = ctx.run_config
    if run.http_options is not None:
        config.http_options = run.http_options
    if run.service_tier is not None:
        config.service_tier = types.ServiceTier(run.service_tier)
    config.labels = {**(config.labels or {}), **(run.labels or {}), "adk_agent_name": agent.name}
    return config


async def _instruct(request: LlmRequest, context: Context, agent: LlmAgentPort) -> str:
    """Sets the system instruction; returns the text that must go into the contents instead.

    With a static instruction the changing one moves there, so that the request's beginning stays
    the same from call to call and can be cached.
    """
    root: object = agent.root_agent
    if general := await _text(getattr(root, "global_instruction", ""), context):
        request.append_instructions([general])
    own = await _text(agent.instruction, context)
    static = agent.static_instruction
    if not static:
        if own:
            request.append_instructions([own])
        return ""
    request.append_instructions([static] if isinstance(static, str) else static)
    if own and context.get_invocation_context().is_live:
        # The contents are sent once, before anybody speaks: nothing there would be an instruction.
        request.append_instructions([own])
        return ""
    return own


async def _text(instruction: Instruction, context: Context) -> str:
    if isinstance(instruction, str):
        return await fill_template(instruction, context) if "{" in instruction else instruction
    text = instruction(context)
    return str(await text if inspect.isawaitable(text) else text)


async def _ask_for_schema(request: LlmRequest, context: Context, agent: LlmAgentPort) -> None:
    # The result of a task is asked for by finish_task.
    if agent.output_schema is None or agent.mode == "task":
        return
    if context.get_invocation_context().is_live:
        return
    if not request.tools_dict:
        request.set_output_schema(agent.output_schema)
        return
    tool = SetModelResponseTool(agent.name, agent.output_schema)
    await tool.process_llm_request(tool_context=context, llm_request=request)
    request.append_instructions(
        ["When you are done, give your final answer by calling set_model_response, not as text."]
    )


def _identity(agent: LlmAgentPort) -> str:
    about = f" It is described as: {agent.description}" if agent.description else ""
    return f'You are an agent named "{agent.name}".{about}'


def _contents(ctx: InvocationContext, agent: LlmAgentPort) -> list[types.Content]:
    events = ctx.session.events
    if ctx.node is not None and ctx.node.view == "task":
        return task_contents(ctx, agent, ctx.node)
    if ctx.node is not None and ctx.node.view != "talk":
        return node_contents(ctx, agent.name, ctx.node)
    if agent.include_contents == "none":
        return current_turn(agent.name, ctx.branch, events)
    thoughts = ctx.run_config.include_thoughts_from_other_agents
    key = ("contents", agent.name, ctx.branch, thoughts)
    history = ctx.session.derived.get(key)
    if history is None:
        history = History(agent.name, ctx.branch, thoughts=thoughts)
        ctx.session.derived[key] = history
    contents: list[types.Content] = history.contents(events)
    return contents


def _with_context(ctx: InvocationContext, contents: list[types.Content]) -> list[types.Content]:
    """Adds the run's own context before the message that started it."""
    extra = ctx.run_config.model_input_context
    if not extra:
        return contents
    asked = (i for i in range(len(contents) - 1, -1, -1) if contents[i] == ctx.user_content)
    index = next(asked, 0)
    return [*contents[:index], *extra, *contents[index:]]


async def _add_tools(
    request: LlmRequest, context: Context, tools: Sequence[BaseTool | BaseToolset]
) -> None:
    for tool in tools:
        await tool.process_llm_request(tool_context=context, llm_request=request)
        if isinstance(tool, BaseToolset):
            for member in await _members(tool, context):
                await member.process_llm_request(tool_context=context, llm_request=request)


async def _members(toolset: BaseToolset, context: Context) -> list[BaseTool]:
    """Returns a set's tools; none if it cannot tell them, which does not stop the agent."""
    try:
        return await toolset.selected_tools(context)
    except Exception as error:
        expected = isinstance(error, AdkconfError)
        logger.error(
            "agent %r goes on without the tools of %s: %s",
            context.agent_name,
            type(toolset).__name__,
            error,
            exc_info=not expected,
        )
        return []

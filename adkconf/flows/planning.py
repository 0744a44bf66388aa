"""What a planner does to requests and answers."""

from __future__ import annotations

from google.genai import types

from adkconf.agents.context import Context
from adkconf.flows.port import LlmAgentPort
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.planners.base_planner import BasePlanner
from adkconf.planners.built_in_planner import BuiltInPlanner


def plan_request(agent: LlmAgentPort, context: Context, request: LlmRequest) -> None:
    """Lets the agent's planner, if any, prepare a request."""
    planner = agent.planner
    if isinstance(planner, BuiltInPlanner):
        planner.apply_thinking_config(request)
    elif planner is not None:
        if instruction := planner.build_planning_instruction(context, request):
            request.append_instructions([instruction])
        # The plan is text that the model has to follow; models do not take thoughts back.
        request.contents = [_as_text(content) for content in request.contents]


def plan_answer(agent: LlmAgentPort, context: Context, response: LlmResponse) -> LlmResponse:
    """Lets the agent's planner, if any, change an answer or a fragment of one."""
    content, planner = response.content, rewriting_planner(agent)
    if planner is None or content is None or not content.parts:
        return response
    parts = planner.process_planning_response(context, content.parts)
    if not parts:
        return response
    return response.model_copy(update={"content": content.model_copy(update={"parts": parts})})


def rewriting_planner(agent: LlmAgentPort) -> BasePlanner | None:
    """Returns the agent's planner if it changes answers."""
    planner = agent.planner
    if planner is None:
        return None
    method = type(planner).process_planning_response
    return None if method is BuiltInPlanner.process_planning_response else planner


def _as_text(content: types.Content) -> types.Content:
    """Returns the content with thoughts as plain text; contents are shared, so a copy of it."""
    parts = content.parts or []
    if not any(part.thought for part in parts):
        return content
    plain = [part.model_copy(update={"thought": None}) for part in parts]
    return content.model_copy(update={"parts": plain})

"""Planning by instruction, for models that cannot think by themselves."""

from __future__ import annotations

from collections.abc import Iterator

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.models.llm_request import LlmRequest
from adkconf.planners.base_planner import BasePlanner

PLANNING_TAG = "/*PLANNING*/"
REPLANNING_TAG = "/*REPLANNING*/"
REASONING_TAG = "/*REASONING*/"
ACTION_TAG = "/*ACTION*/"
FINAL_ANSWER_TAG = "/*FINAL_ANSWER*/"

_THINKING_TAGS = (PLANNING_TAG, REASONING_TAG, ACTION_TAG, REPLANNING_TAG)

_INSTRUCTION = f"""\
Work in three stages, and start each piece of text with the tag of its stage.

1. {PLANNING_TAG} Before anything else, write a numbered plan. It uses only the tools you were \
given, each step one or more of them, and together the steps settle the whole request.
2. {ACTION_TAG} Carry the plan out, step by step, by calling tools with exactly the parameters \
they declare. Between the calls, under {REASONING_TAG}, sum up what is known so far and which step \
follows from it. When the plan turns out not to work, write a better one under {REPLANNING_TAG} \
and go on with that.
3. {FINAL_ANSWER_TAG} At the end, give one answer, precise and in the form that was asked for. If \
the tools and what you were told do not suffice, say why, and ask for what is missing.

Prefer what is in this conversation to calling a tool again, and what tools say to what you \
remember. If the request is unclear, ask."""


class PlanReActPlanner(BasePlanner):
    """Has the model write a plan, act on it, and answer, each under a tag.

    What stands under the tags of planning becomes thoughts; the tags are taken out. Behind the
    first function calls of an answer nothing counts: it was written without their results.
    """

    def build_planning_instruction(
        self, readonly_context: ReadonlyContext, llm_request: LlmRequest
    ) -> str:
        """Explains the stages and their tags."""
        return _INSTRUCTION

    def process_planning_response(
        self, callback_context: Context, response_parts: list[types.Part]
    ) -> list[types.Part] | None:
        """Tells thoughts from the answer."""
        return list(_sorted_out(response_parts)) or None


def _sorted_out(parts: list[types.Part]) -> Iterator[types.Part]:
    called = False
    for part in parts:
        if part.function_call is not None:
            # A call without a name in front of others is a slip of the model.
            if part.function_call.name or called:
                called = True
                yield part
        elif called:
            return
        else:
            yield from _without_tags(part)


def _without_tags(part: types.Part) -> Iterator[types.Part]:
    text = part.text or ""
    if FINAL_ANSWER_TAG in text:
        thought, _, answer = text.rpartition(FINAL_ANSWER_TAG)
        if thought := _plain(thought):
            yield types.Part(text=thought, thought=True)
        if answer:
            yield types.Part(text=answer)
    elif text.startswith(_THINKING_TAGS):
        yield part.model_copy(update={"text": _plain(text), "thought": True})
    else:
        yield part


def _plain(text: str) -> str:
    for tag in _THINKING_TAGS:
        text = text.replace(tag, "")
    return text

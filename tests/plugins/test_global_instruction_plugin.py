"""One instruction in front of every agent's own."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.errors import PluginError
from adkconf.models.llm_request import LlmRequest
from adkconf.plugins import GlobalInstructionPlugin
from tests.plugins.conftest import agent, started, turn


async def instruction_sent(plugin: GlobalInstructionPlugin, **options: Any) -> str:
    root = agent("hi", instruction="Be concise.")
    await turn(await started(root, plugin), **options)
    return str(root.model.requests[0].config.system_instruction)


async def test_text_stands_before_the_agents_instruction() -> None:
    sent = await instruction_sent(GlobalInstructionPlugin("Speak French."))
    assert sent.startswith("Speak French.\n\nBe concise.")


async def test_text_is_a_template_over_the_state() -> None:
    plugin = GlobalInstructionPlugin("Speak {user:language}.")
    sent = await instruction_sent(plugin, state_delta={"user:language": "French"})
    assert sent.startswith("Speak French.\n\n")


async def test_function_is_asked_for_every_call_and_fills_nothing_in() -> None:
    async def provide(context: Any) -> str:
        return f"You serve {context.user_id} {{as}} is."

    sent = await instruction_sent(GlobalInstructionPlugin(provide))
    assert sent.startswith("You serve u {as} is.\n\n")


@pytest.mark.parametrize("nothing", ["", lambda _: None])
async def test_nothing_is_added_when_there_is_nothing_to_say(nothing: Any) -> None:
    assert (await instruction_sent(GlobalInstructionPlugin(nothing))).startswith("Be concise.")


async def test_missing_state_key_is_named() -> None:
    with pytest.raises(PluginError, match="variable not found: `nope`"):
        await instruction_sent(GlobalInstructionPlugin("{nope}"))


CONTENT = types.Content(role="user", parts=[types.Part(text="own")])


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (None, "all"),
        ("own", "all\n\nown"),
        (CONTENT, types.Content(role="user", parts=[types.Part(text="all"), *CONTENT.parts])),
        (["own"], ["all", "own"]),
        (types.Part(text="own"), ["all", types.Part(text="own")]),
    ],
)
async def test_instructions_of_any_shape_are_kept(own: Any, expected: Any) -> None:
    request = LlmRequest(config=types.GenerateContentConfig(system_instruction=own))
    plugin: Any = GlobalInstructionPlugin(lambda _: "all")
    await plugin.before_model_callback(callback_context=None, llm_request=request)
    assert request.config.system_instruction == expected

"""Examples in the instruction."""

from __future__ import annotations

import json
from typing import Any

from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.examples import BaseExampleProvider, Example
from adkconf.runners import InMemoryRunner
from adkconf.tools import ExampleTool
from tests.conftest import Replies, calls, says

RESULT = types.Content(
    role="user",
    parts=[
        types.Part(
            function_response=types.FunctionResponse(name="weather", response={"sky": "grün"})
        )
    ],
)
EXAMPLE = Example(
    input=says("Rome?", "user"),
    output=[calls(("weather", {"city": "Rome"})), RESULT, says("Sunny.")],
)


async def instruction(tool: ExampleTool, message: Any = "hi") -> str:
    model = Replies(steps=["ok"])
    runner = InMemoryRunner(LlmAgent(name="root", model=model, tools=[tool]))
    await runner.run_debug([message], quiet=True)
    return str(model.requests[0].config.system_instruction)


async def test_examples_are_told_turn_by_turn() -> None:
    told = await instruction(ExampleTool([EXAMPLE]))
    assert told.partition("<examples>\n")[2].splitlines() == [
        '<example number="1">',
        "[user]",
        "Rome?",
        "[model]",
        'calls weather with {"city": "Rome"}',
        "[user]",
        'weather returned {"sky": "grün"}',
        "[model]",
        "Sunny.",
        "</example>",
        "</examples>",
    ]


async def test_examples_may_be_written_as_data() -> None:
    data = json.loads(EXAMPLE.model_dump_json())
    assert await instruction(ExampleTool([data])) == await instruction(ExampleTool([EXAMPLE]))


class Provider(BaseExampleProvider):
    def get_examples(self, query: str) -> list[Example]:
        return [EXAMPLE] if "weather" in query else []


async def test_provider_is_asked_with_the_message() -> None:
    assert "Rome?" in await instruction(ExampleTool(Provider()), "the weather")
    assert "<examples>" not in await instruction(ExampleTool(Provider()), "the time")


async def test_provider_is_not_asked_without_a_text() -> None:
    image = types.Part(inline_data=types.Blob(data=b"weather", mime_type="image/png"))
    assert "<examples>" not in await instruction(ExampleTool(Provider()), image)

"""Placeholders in instructions."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.runners import InMemoryRunner
from tests.conftest import Replies

STATE = {"name": "Ann", "app:shop": "Books", "user:lang": "en", "none": None, "n": 3}


async def instructed(instruction: Any) -> str:
    model = Replies(steps=["ok"])
    runner = InMemoryRunner(agent=LlmAgent(name="a", model=model, instruction=instruction))
    ids = {"app_name": runner.app_name, "user_id": "debug_user_id"}
    await runner.session_service.create_session(**ids, session_id="debug_session_id", state=STATE)
    await runner.artifact_service.save_artifact(
        **ids,
        session_id="debug_session_id",
        filename="note.txt",
        artifact=types.Part(text="a note"),
    )
    await runner.run_debug("Hi", quiet=True)
    text: str = model.requests[0].config.system_instruction
    return text.split("\n\nYou are an agent", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("Hi {name}, {n}", "Hi Ann, 3"),
        ("{app:shop} {user:lang}", "Books en"),
        ("[{missing?}][{none}]", "[][]"),
        ("{artifact.note.txt}|{artifact.gone?}|", "a note||"),
        ('{"json": 1} {not a key} {} {1x}', '{"json": 1} {not a key} {} {1x}'),
        ("{{name}}", "Ann"),
    ],
)
async def test_placeholders_are_filled(template: str, filled: str) -> None:
    assert await instructed(template) == filled


@pytest.mark.parametrize("template", ["{missing}", "{artifact.gone}"])
async def test_missing_values_are_errors_that_name_them(template: str) -> None:
    with pytest.raises(KeyError, match="missing|gone"):
        await instructed(template)


@pytest.mark.parametrize("is_async", [False, True])
async def test_provider_text_is_not_a_template(is_async: bool) -> None:
    async def later(context: Any) -> str:
        return f"{context.state['name']} {{name}}"

    provider = later if is_async else lambda context: f"{context.state['name']} {{name}}"
    assert await instructed(provider) == "Ann {name}"

"""The example that asks a person in the middle of a graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.genai import types

from adkconf.builder import build
from adkconf.config.loading import load

FILE = Path(__file__).parents[2] / "examples" / "helpdesk" / "app.yaml"
IDS = {"user_id": "debug_user_id", "session_id": "debug_session_id"}


@pytest.mark.parametrize(
    ("answer", "ending"), [("true", "Your money is on its way."), (False, "We looked into it.")]
)
async def test_a_persons_answer_ends_the_ticket(answer, ending: str):
    built = await build(load(FILE))
    try:
        events = await built.runner.run_debug("I was charged twice, it crashes", quiet=True)
        assert [e.error_code for e in events if e.error_code] == ["ConnectionError"]
        (question,) = [c for e in events for c in e.get_function_calls()]
        response = types.FunctionResponse(
            id=question.id, name=question.name, response={"result": answer}
        )
        message = types.Content(role="user", parts=[types.Part(function_response=response)])
        events = [e async for e in built.runner.run_async(new_message=message, **IDS)]
    finally:
        await built.close()
    said = [p.text for e in events if e.content for p in e.content.parts or ()]
    drafts = "We charged you twice and are sorry. Please update to version 2.1."
    assert said == [f"{drafts} {ending}"]

"""Answers as data."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from adkconf.agents import LlmAgent
from adkconf.agents.output import parse_output
from adkconf.errors import ModelError
from adkconf.runners import InMemoryRunner
from tests.conftest import Replies


class City(BaseModel):
    name: str
    size: int | None = None


JSON_SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}},
    "required": ["name"],
}


@pytest.mark.parametrize("schema", [City, JSON_SCHEMA, dict[str, Any]])
def test_answer_that_fits_becomes_data(schema: Any) -> None:
    assert parse_output("a", schema, '{"name": "Rome"}') == {"name": "Rome"}


@pytest.mark.parametrize(
    ("schema", "text", "told"),
    [
        (City, "Rome", "not JSON"),
        (City, '{"name": 1}', "name"),
        (JSON_SCHEMA, '{"name": 1}', "name"),
        (JSON_SCHEMA, "{}", "name"),
        (list[City], '[{"name": 1}]', "0.name"),
    ],
)
def test_answer_that_does_not_fit_is_told_with_its_place(schema: Any, text: str, told: str) -> None:
    with pytest.raises(ModelError, match=f"output_schema: .*{told}"):
        parse_output("a", schema, text)


def look(city: str) -> str:
    """Looks."""
    return city


async def test_wrong_structured_answer_is_given_back_to_the_model_to_mend() -> None:
    wrong = [("set_model_response", {"name": 1})]
    right = [("set_model_response", {"name": "Rome", "size": 3})]
    model = Replies(steps=[wrong, right])
    agent = LlmAgent(name="a", model=model, tools=[look], output_schema=City, output_key="city")
    events = await InMemoryRunner(agent).run_debug("go", quiet=True)
    assert "error" in events[1].get_function_responses()[0].response
    assert events[-1].actions.state_delta == {"city": {"name": "Rome", "size": 3}}


@pytest.mark.parametrize("tools", [[], [look]])
async def test_schema_goes_into_the_request_or_into_a_tool(tools: list[Any]) -> None:
    model = Replies(steps=['{"name": "Rome"}'])
    agent = LlmAgent(name="a", model=model, tools=tools, output_schema=list[City])
    await InMemoryRunner(agent).run_debug("go", quiet=True)
    request = model.requests[0]
    assert ("set_model_response" in request.tools_dict) is bool(tools)
    assert (request.config.response_schema is None) is bool(tools)

"""Functions as tools."""

from __future__ import annotations

import threading
from enum import Enum
from typing import Any

import pytest
from pydantic import BaseModel

from adkconf.agents import LlmAgent
from adkconf.agents.run_config import RunConfig, ToolThreadPoolConfig
from adkconf.runners import InMemoryRunner
from adkconf.tools import FunctionTool, ToolContext
from tests.conftest import Replies


class Unit(Enum):
    C = "celsius"
    F = "fahrenheit"


class Place(BaseModel):
    city: str
    zip: int | None = None


def weather(place: Place, days: int = 3, unit: Unit = Unit.C, schema: str = "x") -> dict[str, Any]:
    """Tells the weather.

    Longer words about it.

    Args:
        place: where
        days: how many days

    Returns:
        a forecast
    """
    return {"city": place.city, "days": days, "unit": unit.name, "schema": schema}


async def called(func: Any, args: dict[str, Any], **options: Any) -> Any:
    """Runs a function as a tool in a real run and returns what the model is answered."""
    tool = FunctionTool(func)
    model = Replies(steps=[[(tool.name, args)], "done"])
    runner = InMemoryRunner(agent=LlmAgent(name="a", model=model, tools=[func]))
    events = await runner.run_debug("go", quiet=True, **options)
    return events[1].get_function_responses()[0].response


def test_declaration_comes_from_signature_and_docstring() -> None:
    declaration = FunctionTool(weather)._get_declaration()
    assert declaration is not None
    assert declaration.name == "weather"
    assert declaration.description == (
        "Tells the weather.\n\nLonger words about it.\n\nReturns: a forecast"
    )
    schema = declaration.parameters_json_schema
    assert schema["required"] == ["place"]
    assert schema["properties"]["days"] == {
        "type": "integer",
        "default": 3,
        "description": "how many days",
    }
    assert "title" not in str(schema)


async def test_arguments_arrive_in_their_types() -> None:
    args = {"place": {"city": "Rome"}, "days": "2", "unit": "fahrenheit", "made_up": 1}
    assert await called(weather, args) == {"city": "Rome", "days": 2, "unit": "F", "schema": "x"}


@pytest.mark.parametrize(
    ("args", "told"),
    [({}, "it needs place"), ({"place": {"city": "Rome"}, "days": "many"}, "days")],
)
async def test_wrong_arguments_are_answered_so_that_the_model_can_mend_them(
    args: dict[str, Any], told: str
) -> None:
    response = await called(weather, args)
    assert told in response["error"]


async def test_results_that_are_not_maps_are_wrapped() -> None:
    def number() -> int:
        """Counts."""
        return 7

    assert await called(number, {}) == {"result": 7}


@pytest.mark.parametrize("annotated", [True, False])
async def test_context_is_given_and_not_declared(annotated: bool) -> None:
    async def remember(word: str, ctx: ToolContext) -> str:
        """Remembers."""
        ctx.state["word"] = word
        return f"{ctx.agent_name} {ctx.function_call_id is not None}"

    def plain(word: str, tool_context) -> str:  # type: ignore[no-untyped-def]
        """Remembers."""
        return f"{tool_context.agent_name} True"

    func = remember if annotated else plain
    declaration = FunctionTool(func)._get_declaration()
    assert declaration is not None
    assert list(declaration.parameters_json_schema["properties"]) == ["word"]
    assert await called(func, {"word": "x"}) == {"result": "a True"}


async def test_callable_objects_and_methods_are_tools() -> None:
    class Counter:
        def __call__(self, step: int) -> int:
            """Counts on."""
            return step + 1

        def back(self, step: int) -> int:
            """Counts back."""
            return step - 1

    assert await called(Counter(), {"step": 1}) == {"result": 2}
    assert await called(Counter().back, {"step": 1}) == {"result": 0}


def test_parameter_that_cannot_be_described_is_refused_by_name() -> None:
    def odd(lock: threading.Lock) -> None:
        """Takes something that is no data."""

    with pytest.raises(ValueError, match="tool 'odd'"):
        FunctionTool(odd)


@pytest.mark.parametrize("pooled", [False, True])
async def test_sync_tools_run_in_threads_on_wish(pooled: bool) -> None:
    def where() -> str:
        """Tells the thread."""
        return threading.current_thread().name

    pool = ToolThreadPoolConfig(max_workers=1) if pooled else None
    config = RunConfig(tool_thread_pool_config=pool)
    response = await called(where, {}, run_config=config)
    assert response["result"].startswith("adkconf-tool") is pooled


def test_generators_are_refused() -> None:
    async def count() -> Any:
        """Counts."""
        yield 1

    with pytest.raises(ValueError, match="tool 'count' is a generator function"):
        FunctionTool(count)

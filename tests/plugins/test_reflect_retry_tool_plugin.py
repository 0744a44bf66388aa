"""Tools that fail, and a model that gets another try."""

from __future__ import annotations

from typing import Any

import pytest

from adkconf.errors import PluginError
from adkconf.plugins import ReflectAndRetryToolPlugin, TrackingScope
from tests.plugins.conftest import agent, started, turn

WRONG = [("weather", {"city": "Atlantis"})]
RIGHT = [("weather", {"city": "Rome"})]


async def answers_to(*steps: Any, plugin: Any = None, turns: int = 1) -> list[Any]:
    runner = await started(agent(*steps), plugin or ReflectAndRetryToolPlugin())
    events = [event for _ in range(turns) for event in await turn(runner)]
    return [answer.response for event in events for answer in event.get_function_responses()]


async def test_model_is_told_what_failed_and_may_try_again() -> None:
    failed, worked = await answers_to(WRONG, RIGHT, "done")
    assert failed["response_type"] == "ERROR_HANDLED_BY_REFLECT_AND_RETRY_PLUGIN"
    assert (failed["error_type"], failed["error_details"]) == ("RuntimeError", "boom!")
    assert failed["retry_count"] == 1
    guidance = failed["reflection_guidance"]
    assert "`weather`" in guidance
    assert '{"city": "Atlantis"}' in guidance
    assert "attempt 1 of 3" in guidance
    assert worked == {"city": "Rome"}


async def test_failure_beyond_the_limit_ends_the_run() -> None:
    with pytest.raises(PluginError, match="during 'on_tool_error_callback' callback: boom!"):
        await answers_to(WRONG, plugin=ReflectAndRetryToolPlugin(max_retries=2))


async def test_model_is_told_to_give_up_when_asked_not_to_raise() -> None:
    plugin = ReflectAndRetryToolPlugin(max_retries=1, throw_exception_if_retry_exceeded=False)
    answers = await answers_to(WRONG, WRONG, "sorry", plugin=plugin)
    assert [answer["retry_count"] for answer in answers] == [1, 1]
    assert "Do not call `weather` again" in answers[1]["reflection_guidance"]


@pytest.mark.parametrize("throw", [True, False])
async def test_without_retries_the_first_failure_is_the_last(throw: bool) -> None:
    plugin = ReflectAndRetryToolPlugin(max_retries=0, throw_exception_if_retry_exceeded=throw)
    if throw:
        with pytest.raises(PluginError, match="boom!"):
            await answers_to(WRONG, plugin=plugin)
    else:
        (answer,) = await answers_to(WRONG, "sorry", plugin=plugin)
        assert "Do not call `weather` again" in answer["reflection_guidance"]


async def test_success_starts_the_count_anew() -> None:
    answers = await answers_to(WRONG, RIGHT, WRONG, "done")
    assert [answer.get("retry_count") for answer in answers] == [1, None, 1]


@pytest.mark.parametrize(
    ("scope", "counts"), [(TrackingScope.INVOCATION, [1, 1]), (TrackingScope.GLOBAL, [1, 2])]
)
async def test_scope_says_which_failures_count_together(
    scope: TrackingScope, counts: list[int]
) -> None:
    plugin = ReflectAndRetryToolPlugin(tracking_scope=scope)
    answers = await answers_to(WRONG, "sorry", plugin=plugin, turns=2)
    assert [answer["retry_count"] for answer in answers] == counts


async def test_parallel_failures_of_a_tool_are_counted_each() -> None:
    answers = await answers_to([*WRONG, *WRONG], "sorry")
    assert [answer["retry_count"] for answer in answers] == [1, 2]


async def test_unknown_tool_is_a_failure_too() -> None:
    (answer,) = await answers_to([("nope", {})], "sorry")
    assert answer["error_details"].startswith("There is no tool named 'nope'.")


class Strict(ReflectAndRetryToolPlugin):
    async def extract_error_from_result(self, *, result: Any, **_: Any) -> Any:
        return {"code": 7} if result.get("city") == "Rome" else None


async def test_errors_inside_results_can_be_found() -> None:
    (answer,) = await answers_to(RIGHT, "sorry", plugin=Strict())
    assert (answer["error_type"], answer["error_details"]) == ("ToolError", "{'code': 7}")


async def test_error_inside_a_result_beyond_the_limit_ends_the_run() -> None:
    with pytest.raises(PluginError, match="'after_tool_callback' callback: {'code': 7}"):
        await answers_to(RIGHT, plugin=Strict(max_retries=0))


async def test_runs_that_never_succeed_are_forgotten_in_the_end() -> None:
    plugin = ReflectAndRetryToolPlugin()
    for number in range(1500):
        plugin._count(str(number), "weather")
    assert len(plugin._failures) == 1000


def test_negative_number_of_retries_is_refused() -> None:
    with pytest.raises(ValueError, match="max_retries must be a non-negative integer"):
        ReflectAndRetryToolPlugin(max_retries=-1)

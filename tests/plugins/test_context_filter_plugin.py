"""Requests that hold only the latest turns."""

from __future__ import annotations

import time
from typing import Any

import pytest
from google.genai import types

from adkconf.errors import PluginError
from adkconf.flows.shared_contents import SharedContents
from adkconf.models.llm_request import LlmRequest
from adkconf.plugins import ContextFilterPlugin
from tests.conftest import calls, says, texts
from tests.plugins.conftest import agent, plugin, started, stored, turn


async def requests_of(turns: int, *steps: Any, **options: Any) -> list[list[str]]:
    """What the model was sent, call by call."""
    root = agent(*(steps or ["ok"]))
    runner = await started(root, ContextFilterPlugin(**options))
    for number in range(turns):
        await turn(runner, str(number))
    return [texts(request.contents) for request in root.model.requests]


async def filtered(contents: list[types.Content], **options: Any) -> list[types.Content]:
    request = LlmRequest(contents=contents)
    filtering: Any = ContextFilterPlugin(**options)
    await filtering.before_model_callback(callback_context=None, llm_request=request)
    return list(request.contents)


async def test_latest_turns_are_kept() -> None:
    sent = await requests_of(4, num_invocations_to_keep=2)
    assert sent[-1] == ["user: 2", "model: ok", "user: 3"]


async def test_tool_calls_belong_to_the_turn_of_their_message() -> None:
    sent = await requests_of(2, [("weather", {"city": "Rome"})], "sunny", num_invocations_to_keep=1)
    assert sent[-1] == ["user: 1", "model: weather()", "user: weather={'city': 'Rome'}"]


async def test_session_keeps_what_requests_leave_out() -> None:
    runner = await started(agent("ok"), ContextFilterPlugin(num_invocations_to_keep=1))
    for number in range(3):
        await turn(runner, str(number))
    assert len((await stored(runner)).events) == 6


async def test_remove_amount_lets_turns_gather_before_they_go() -> None:
    sent = await requests_of(6, num_invocations_to_keep=2, remove_amount=3)
    assert [len(request) for request in sent] == [1, 3, 5, 7, 3, 3]


@pytest.mark.parametrize("keep", [None, 0])
async def test_all_turns_are_kept_without_a_number(keep: int | None) -> None:
    assert len((await requests_of(3, num_invocations_to_keep=keep))[-1]) == 5


async def test_custom_filter_gets_what_is_left() -> None:
    sent = await requests_of(3, num_invocations_to_keep=2, custom_filter=lambda all_: all_[-1:])
    assert sent[-1] == ["user: 2"]


@pytest.mark.parametrize("result", ["text", None, ["text"]])
async def test_custom_filter_that_returns_something_else_ends_the_run(result: Any) -> None:
    with pytest.raises(PluginError, match="custom_filter must return a list of"):
        await requests_of(1, custom_filter=lambda _: result)


async def test_messages_in_a_row_begin_one_turn() -> None:
    contents = [says("a", "user"), says("b"), says("c", "user"), says("d", "user")]
    kept = await filtered(contents, num_invocations_to_keep=1)
    assert texts(kept) == ["user: c", "user: d"]


async def test_late_answer_keeps_its_call() -> None:
    call = calls(("ask", {}))
    call.parts[0].function_call.id = "1"
    response = types.FunctionResponse(id="1", name="ask", response={"ok": True})
    answer = types.Content(role="user", parts=[types.Part(function_response=response)])
    contents = [says("a", "user"), says("x"), says("b", "user"), call, says("c", "user"), answer]
    kept = await filtered(contents, num_invocations_to_keep=1)
    assert texts(kept) == ["model: ask()", "user: c", "user: ask={'ok': True}"]


async def test_later_plugins_cannot_change_the_session_through_what_is_left() -> None:
    def spoil(given: Any) -> None:
        given["llm_request"].contents[0].parts[0].text = "spoiled"

    root = agent("ok")
    keep = ContextFilterPlugin(num_invocations_to_keep=1)
    runner = await started(root, keep, plugin(before_model=spoil))
    await turn(runner, "one")
    await turn(runner, "two")
    assert texts(root.model.requests[1].contents) == ["user: spoiled"]
    events = (await stored(runner)).events
    assert texts([event.content for event in events])[2] == "user: two"


async def test_cost_does_not_grow_with_the_history() -> None:
    class Item(types.Content):
        def model_copy(self, **options: Any) -> Any:
            raise AssertionError("a content was copied")

    item = [Item(role=role, parts=[types.Part(text=role)]) for role in ("user", "model")]
    contents = SharedContents(item * 50_000)
    request = LlmRequest.model_construct(contents=contents)
    filtering: Any = ContextFilterPlugin(num_invocations_to_keep=5)
    start = time.process_time()
    await filtering.before_model_callback(callback_context=None, llm_request=request)
    assert len(request.contents) == 10
    assert time.process_time() - start < 0.05


@pytest.mark.parametrize("wrong", [{"remove_amount": 0}, {"num_invocations_to_keep": -1}])
def test_numbers_that_make_no_sense_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be at least"):
        ContextFilterPlugin(**wrong)

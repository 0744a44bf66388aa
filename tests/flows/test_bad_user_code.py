"""Callbacks, tools and models that raise, answer nonsense or hang: a run ends, no session does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.agents.run_config import RunConfig, StreamingMode
from adkconf.errors import InputValidationError, RunTimeoutError
from adkconf.events import Event
from adkconf.models.base_llm import BaseLlm
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.runners import InMemoryRunner, Runner
from adkconf.sessions import DatabaseSessionService
from tests.conftest import Replies, calls, says
from tests.plugins.conftest import agent, started, stored, turn

CALLBACKS = {
    "before_agent": "Content",
    "after_agent": "Content",
    "before_model": "LlmResponse",
    "after_model": "LlmResponse",
    "on_model_error": "LlmResponse",
    "before_tool": "",
    "after_tool": "",
    "on_tool_error": "",
}


class Bad:
    """A callback or tool that does wrong until it is mended."""

    def __init__(self, fault: Any) -> None:
        self.fault = fault
        self.mended = False
        self.__name__ = "bad"

    async def __call__(self, **_: Any) -> Any:
        return None if self.mended else await self.fault()


async def fail() -> Any:
    raise KeyError("oops")


async def answer_nonsense() -> Any:
    return 42


async def hang() -> Any:
    await asyncio.Event().wait()


def with_callback(kind: str, bad: Bad) -> LlmAgent:
    city = "Atlantis" if kind == "on_tool_error" else "Rome"
    steps = [RuntimeError("down")] if kind == "on_model_error" else [[("weather", {"city": city})]]
    return agent(*steps, "sunny", **{f"{kind}_callback": bad})


async def ends_with(runner: InMemoryRunner, code: str, *, raised: Any = Exception) -> Event:
    """Runs a turn that ends with a stored error event of this code."""
    with pytest.raises(raised):
        await turn(runner, run_config=RunConfig(timeout_seconds=0.05))
    last = (await stored(runner)).events[-1]
    assert (last.error_code, last.author) == (code, "root")
    return last


async def goes_on(runner: InMemoryRunner, model: BaseLlm | None = None) -> None:
    """The session takes another turn, the model is asked a sound question, and all is closed."""
    runner.agent.model = model or Replies(steps=["better"])
    async with asyncio.timeout(1):
        events = await turn(runner, "again")
        await runner.close()
    assert events[-1].content.parts[0].text == "better"
    assert runner.agent.model.requests[-1].contents[-1] == says("again", "user")


@pytest.mark.parametrize("kind", CALLBACKS)
async def test_callback_that_raises_ends_the_run(kind: str) -> None:
    runner = await started(with_callback(kind, bad := Bad(fail)))
    await ends_with(runner, "KeyError", raised=KeyError)
    bad.mended = True
    await goes_on(runner)


@pytest.mark.parametrize("kind", CALLBACKS)
async def test_callback_that_hangs_is_cancelled(kind: str) -> None:
    runner = await started(with_callback(kind, bad := Bad(hang)))
    await ends_with(runner, "RUN_TIMEOUT", raised=RunTimeoutError)
    bad.mended = True
    await goes_on(runner)


@pytest.mark.parametrize("kind", [kind for kind, expected in CALLBACKS.items() if expected])
async def test_callback_that_answers_nonsense_is_told_what_was_expected(kind: str) -> None:
    runner = await started(with_callback(kind, bad := Bad(answer_nonsense)))
    event = await ends_with(runner, "TypeError", raised=TypeError)
    assert event.error_message == (
        f"a {kind}_callback of agent 'root' returned int; return {CALLBACKS[kind]} or None"
    )
    bad.mended = True
    await goes_on(runner)


@pytest.mark.parametrize("kind", [kind for kind, expected in CALLBACKS.items() if not expected])
async def test_whatever_a_tool_callback_answers_is_a_result(kind: str) -> None:
    runner = await started(with_callback(kind, Bad(answer_nonsense)))
    answers = [item for event in await turn(runner) for item in event.get_function_responses()]
    assert [answer.response for answer in answers] == [{"result": 42}]


@pytest.mark.parametrize(("fault", "code"), [(fail, "KeyError"), (hang, "RUN_TIMEOUT")])
async def test_bad_tool_ends_the_run(fault: Any, code: str) -> None:
    bad = Bad(fault)

    async def work() -> Any:
        """Works."""
        return await bad()

    runner = await started(agent([("work", {})], tools=[work]))
    await ends_with(runner, code)
    await goes_on(runner)


async def test_result_that_cannot_be_stored_ends_the_run(tmp_path: Path) -> None:
    async def work() -> Any:
        """Works."""
        return object()

    async with DatabaseSessionService(f"sqlite:///{tmp_path}/s.db") as service:
        root = agent([("work", {})], "better", tools=[work])
        runner = Runner(agent=root, app_name="demo", session_service=service)
        await service.create_session(app_name="demo", user_id="u", session_id="s")
        with pytest.raises(InputValidationError, match="a value that JSON cannot carry"):
            await turn(runner)
        assert (await stored(runner)).events[-1].error_code == "InputValidationError"
        await turn(runner, "again")
        assert (await stored(runner)).events[-1].content == says("better")


class Broken(BaseLlm):
    """Yields what it is given, and then fails or hangs."""

    model: str = "broken"
    says: list[Any] = []
    end: Any = None

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        for response in self.says:
            yield response
        if self.end is not None:
            await self.end()


HALF = LlmResponse(content=says("ha"), partial=True)


@pytest.mark.parametrize(
    ("said", "end", "code"),
    [
        ([], fail, "KeyError"),
        ([HALF], fail, "KeyError"),
        ([], hang, "RUN_TIMEOUT"),
        ([HALF], hang, "RUN_TIMEOUT"),
        ([42], None, "TypeError"),
        (["text"], None, "TypeError"),
    ],
)
async def test_bad_model_ends_the_run(said: list[Any], end: Any, code: str) -> None:
    runner = await started(LlmAgent(name="root", model=Broken(says=said, end=end)))
    await ends_with(runner, code)
    events = (await stored(runner)).events
    assert [event.partial for event in events] == [None, None]
    await goes_on(runner)


@pytest.mark.parametrize("mode", [StreamingMode.NONE, StreamingMode.SSE])
@pytest.mark.parametrize(
    "said",
    [
        [],
        [LlmResponse(content=types.Content(role="model", parts=[]), finish_reason="STOP")],
        [LlmResponse(content=says(""), finish_reason="STOP")],
    ],
)
async def test_model_without_a_word_is_an_error_event(said: list[Any], mode: Any) -> None:
    runner = await started(LlmAgent(name="root", model=Broken(says=said)))
    await turn(runner, run_config=RunConfig(streaming_mode=mode))
    assert (await stored(runner)).events[-1].error_code == "MODEL_RETURNED_NO_CONTENT"
    await goes_on(runner)


async def test_answer_that_stays_in_fragments_is_an_error_event() -> None:
    runner = await started(LlmAgent(name="root", model=Broken(says=[HALF, HALF])))
    await turn(runner, run_config=RunConfig(streaming_mode=StreamingMode.SSE))
    assert (await stored(runner)).events[-1].error_code == "MODEL_ANSWER_INCOMPLETE"
    await goes_on(runner)


@pytest.mark.parametrize(
    ("name", "args", "told"),
    [
        ("wether", {"city": "Rome"}, "There is no tool named 'wether'"),
        ("", {}, "There is no tool named ''"),
        ("weather", {}, "city"),
        ("weather", {"city": ["Rome"]}, "city"),
        ("weather", {"city": {"name": "Rome"}}, "city"),
        ("weather", None, "city"),
    ],
)
async def test_model_is_told_what_is_wrong_with_its_call(name: str, args: Any, told: str) -> None:
    call = types.Part(function_call=types.FunctionCall(name=name, args=args))
    bad = LlmResponse(content=types.Content(role="model", parts=[call]))
    runner = await started(agent(bad, "sorry"))
    events = await turn(runner)
    (answer,) = [item for event in events for item in event.get_function_responses()]
    assert told in answer.response["error"]
    assert events[-1].content == says("sorry")
    await goes_on(runner)


async def test_bad_call_beside_a_good_one_spoils_nothing() -> None:
    both = LlmResponse(content=calls(("nope", {}), ("weather", {"city": "Rome"})))
    runner = await started(agent(both, "ok"))
    answers = [item for event in await turn(runner) for item in event.get_function_responses()]
    assert [answer.name for answer in answers] == ["nope", "weather"]
    assert answers[1].response == {"city": "Rome"}

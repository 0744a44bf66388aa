"""Plugins that raise, answer nonsense, hang or cancel: the run ends and the session goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adkconf.errors import PluginError
from adkconf.plugins import BasePlugin, PluginManager
from adkconf.runners import InMemoryRunner
from tests.plugins.conftest import (
    ANSWERING,
    HOOKS,
    RAISING,
    agent,
    answer_for,
    plugin,
    started,
    steps_for,
    stored,
    turn,
)


class Fault:
    """A hook that does wrong until it is mended."""

    def __init__(self, fault: Any) -> None:
        self.fault = fault
        self.mended = False

    async def __call__(self, _: Any) -> Any:
        return None if self.mended else await self.fault()


async def raise_error() -> Any:
    raise KeyError("oops")


async def let_a_cancellation_out() -> Any:
    raise asyncio.CancelledError


async def cancel_the_run() -> Any:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(1)


async def hang() -> Any:
    await asyncio.Event().wait()


async def broken(hook: str, fault: Fault) -> InMemoryRunner:
    return await started(agent(*steps_for(hook)), plugin("bad", **{hook: fault}))


async def goes_on(runner: InMemoryRunner) -> None:
    """The session takes another turn, which ends by itself."""
    runner.agent.model.steps[:] = ["better"]
    async with asyncio.timeout(1):
        events = await turn(runner)
    assert events[-1].content.parts[0].text == "better"


@pytest.mark.parametrize("fault", [raise_error, let_a_cancellation_out])
@pytest.mark.parametrize("hook", RAISING)
async def test_failing_hook_ends_the_run_with_a_stored_error_event(hook: str, fault: Any) -> None:
    runner = await broken(hook, bad := Fault(fault))
    with pytest.raises(PluginError, match=f"plugin 'bad' during '{hook}_callback'"):
        await turn(runner)
    last = (await stored(runner)).events[-1]
    assert (last.error_code, last.author) == ("PluginError", "root")
    assert f"'{hook}_callback'" in str(last.error_message)
    bad.mended = True
    await goes_on(runner)


@pytest.mark.parametrize("fault", [raise_error, let_a_cancellation_out])
@pytest.mark.parametrize("hook", ["on_agent_error", "on_run_error"])
async def test_failing_error_hook_leaves_the_first_error_alone(hook: str, fault: Any) -> None:
    heard: list[str] = []
    later = plugin("later", **{hook: lambda _: heard.append("later")})
    runner = await started(agent(*steps_for(hook)), plugin("bad", **{hook: Fault(fault)}), later)
    with pytest.raises(RuntimeError, match="^down$"):
        await turn(runner)
    assert (await stored(runner)).events[-1].error_message == "down"
    assert heard == ["later"]


@pytest.mark.parametrize("hook", [hook for hook in ANSWERING if "tool" not in hook])
async def test_answer_of_a_wrong_type_is_an_error_that_says_what_was_expected(hook: str) -> None:
    async def answer_nonsense() -> Any:
        return 42

    runner = await broken(hook, bad := Fault(answer_nonsense))
    expected = type(answer_for(hook)).__name__
    with pytest.raises(PluginError, match=f"it returned int; return {expected} or None"):
        await turn(runner)
    assert (await stored(runner)).events[-1].error_code == "PluginError"
    bad.mended = True
    await goes_on(runner)


@pytest.mark.parametrize("hook", ["before_tool", "after_tool", "on_tool_error"])
async def test_any_answer_of_a_tool_hook_is_a_result(hook: str) -> None:
    runner = await started(agent(*steps_for(hook)), plugin(**{hook: lambda _: 42}))
    answers = [call for event in await turn(runner) for call in event.get_function_responses()]
    assert [answer.response for answer in answers] == [{"result": 42}]


@pytest.mark.parametrize("hook", HOOKS)
async def test_hanging_hook_is_left_when_the_caller_gives_up(hook: str) -> None:
    runner = await broken(hook, bad := Fault(hang))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await turn(runner)
    bad.mended = True
    await goes_on(runner)


@pytest.mark.parametrize("hook", HOOKS)
async def test_hook_that_cancels_the_run_leaves_the_session_usable(hook: str) -> None:
    runner = await broken(hook, bad := Fault(cancel_the_run))
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(turn(runner))
    bad.mended = True
    await goes_on(runner)


async def test_model_error_hooks_are_not_asked_about_a_failing_plugin() -> None:
    heard: list[Any] = []
    bad = plugin("bad", after_model=Fault(raise_error), on_model_error=heard.append)
    runner = await started(agent("hello"), bad)
    with pytest.raises(PluginError):
        await turn(runner)
    assert heard == []


async def test_event_hook_that_fails_while_a_reader_leaves_is_only_told() -> None:
    heard: list[Any] = []
    bad = plugin("bad", after_run=Fault(raise_error), on_run_error=heard.append)
    runner = await started(agent("hello"), bad)
    run = runner.run_async(user_id="u", session_id="s", new_message=answer_for("before_run"))
    await anext(run)
    await run.aclose()
    assert [type(given["error"]) for given in heard] == [PluginError]


class Closing(BasePlugin):
    def __init__(self, name: str, log: list[str], fault: Any = None) -> None:
        super().__init__(name)
        self.log = log
        self.fault = fault

    async def close(self) -> None:
        self.log.append(self.name)
        if self.fault is not None:
            await self.fault()


async def test_close_closes_all_in_order_and_names_those_that_failed() -> None:
    log: list[str] = []
    plugins = [Closing("a", log, raise_error), Closing("b", log, hang), Closing("c", log)]
    with pytest.raises(PluginError, match=r"'a': KeyError: 'oops'; 'b': no end after 0.05 s$"):
        await PluginManager(plugins, close_timeout=0.05).close()
    assert log == ["a", "b", "c"]


async def test_cancelled_close_still_closes_the_others() -> None:
    log: list[str] = []
    manager = PluginManager([Closing("a", log, cancel_the_run), Closing("b", log)])
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(manager.close())
    assert log == ["a", "b"]


async def test_plugins_are_closed_in_the_task_of_the_caller() -> None:
    tasks: list[Any] = []

    async def note_the_task() -> None:
        tasks.append(asyncio.current_task())

    await PluginManager([Closing("a", [], note_the_task)]).close()
    assert tasks == [asyncio.current_task()]

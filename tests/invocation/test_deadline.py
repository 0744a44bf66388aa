"""Runs with a time limit: whatever hangs is cancelled, and the session goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from pydantic import ValidationError

from adkconf.agents import BaseAgent, LlmAgent, LoopAgent, ParallelAgent, SequentialAgent
from adkconf.agents.run_config import RunConfig, ToolThreadPoolConfig
from adkconf.apps import App, EventsCompactionConfig
from adkconf.apps.base_events_summarizer import BaseEventsSummarizer
from adkconf.builder import build
from adkconf.config.loading import load
from adkconf.errors import RunTimeoutError
from adkconf.events import Event
from adkconf.models.base_llm import BaseLlm
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins import BasePlugin
from adkconf.runners import InMemoryRunner
from adkconf.tools import AgentTool
from adkconf.workflow import START, Workflow
from tests.conftest import Replies, says
from tests.plugins.conftest import HOOKS, agent, plugin, started, steps_for, stored, turn

SHORT = RunConfig(timeout_seconds=0.05)
IDS = {"user_id": "u", "session_id": "s"}


class Hang:
    """Hangs until it is mended; notes that it was cancelled."""

    def __init__(self) -> None:
        self.mended = self.cancelled = False

    async def __call__(self, *_: Any, **__: Any) -> None:
        if self.mended:
            return
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled = True


class Silent(BaseLlm):
    """A model that says as many fragments as it is told, and then nothing any more."""

    model: str = "silent"
    fragments: int = 0

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        for _ in range(self.fragments):
            yield LlmResponse(content=says("…"), partial=True)
        await asyncio.Event().wait()


async def times_out(root: Any, *plugins: BasePlugin, **options: Any) -> InMemoryRunner:
    """Runs a turn that ends with the stored event of a timeout, soon."""
    runner = await started(root, *plugins)
    began = time.monotonic()
    with pytest.raises(RunTimeoutError, match="longer than 0.05 seconds"):
        await turn(runner, run_config=SHORT.model_copy(update=options))
    assert time.monotonic() - began < 10
    last = (await stored(runner)).events[-1]
    assert last.error_code == "RUN_TIMEOUT"
    assert "timeout_seconds" in str(last.error_message)
    return runner


async def goes_on(runner: InMemoryRunner) -> None:
    async with asyncio.timeout(1):
        assert await turn(runner, "again")
    await runner.close()


@pytest.mark.parametrize("hook", HOOKS)
async def test_hanging_plugin_ends_the_run_and_not_the_session(
    hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adkconf.invocation.recorder._GRACE_SECONDS", 0.02)
    hang = Hang()
    root, bad = agent(*steps_for(hook)), plugin("bad", **{hook: hang})
    if hook == "on_run_error":
        runner = await started(root, bad)
        with pytest.raises(RuntimeError, match="down"):
            await turn(runner, run_config=SHORT)
    else:
        runner = await times_out(root, bad)
    assert hang.cancelled
    hang.mended = True
    root.model.steps[:] = ["better"]
    await goes_on(runner)


def _hanging_tool(hang: Hang) -> Any:
    async def wait() -> None:
        """Waits."""
        await hang()

    return wait


@pytest.mark.parametrize("calls", [1, 2])
async def test_hanging_tool_is_cancelled(calls: int) -> None:
    hang = Hang()
    model = Replies(steps=[[("wait", {})] * calls, "better"])
    runner = await times_out(LlmAgent(name="root", model=model, tools=[_hanging_tool(hang)]))
    assert hang.cancelled
    await goes_on(runner)


@pytest.mark.parametrize("kind", [SequentialAgent, LoopAgent, ParallelAgent])
async def test_agent_that_hangs_below_others_is_cancelled(kind: type[BaseAgent]) -> None:
    hang = Hang()
    child = LlmAgent(name="a", model=Replies(steps=["x"]), before_agent_callback=hang)
    await times_out(kind(name="root", sub_agents=[child]))
    assert hang.cancelled


async def test_node_that_hangs_is_cancelled() -> None:
    hang = Hang()

    async def wait() -> None:
        await hang()

    await times_out(Workflow(name="root", edges=[(START, wait)]))
    assert hang.cancelled


async def test_agent_that_hangs_as_a_tool_is_cancelled() -> None:
    inner = LlmAgent(name="inner", model=Silent())
    model = Replies(steps=[[("inner", {"request": "x"})], "better"])
    runner = await times_out(LlmAgent(name="root", model=model, tools=[AgentTool(inner)]))
    await goes_on(runner)


@pytest.mark.parametrize("fragments", [0, 2])
async def test_silent_model_is_left(fragments: int) -> None:
    await times_out(LlmAgent(name="root", model=Silent(fragments=fragments)))


async def test_tool_that_blocks_a_thread_does_not_hold_the_run() -> None:
    def block() -> str:
        """Blocks."""
        time.sleep(0.3)
        return "late"

    model = Replies(steps=[[("block", {})], "better"])
    root = LlmAgent(name="root", model=model, tools=[block])
    runner = await times_out(root, tool_thread_pool_config=ToolThreadPoolConfig())
    await goes_on(runner)


async def test_run_in_time_is_left_alone_and_so_is_its_reader() -> None:
    runner = await started(agent("one"))
    events = []
    limited = RunConfig(timeout_seconds=5)
    async for event in runner.run_async(new_message=says("hi", "user"), run_config=limited, **IDS):
        events.append(event)
    assert [event.error_code for event in events] == [None]


async def test_time_of_the_reader_counts_but_the_reader_is_not_cancelled() -> None:
    model = Replies(steps=[[("wait", {})]])
    runner = await started(LlmAgent(name="root", model=model, tools=[_hanging_tool(Hang())]))
    codes = []
    run = runner.run_async(new_message=says("hi", "user"), run_config=SHORT, **IDS)
    with pytest.raises(RunTimeoutError):
        async for event in run:
            codes.append(event.error_code)
            await asyncio.sleep(0.1)
    assert codes == [None, "RUN_TIMEOUT"]


async def test_own_timeout_of_a_tool_is_not_taken_for_the_runs() -> None:
    async def wait() -> None:
        """Waits."""
        raise TimeoutError("the shop does not answer")

    model = Replies(steps=[[("wait", {})]])
    runner = await started(LlmAgent(name="root", model=model, tools=[wait]))
    with pytest.raises(TimeoutError, match="the shop"):
        await turn(runner, run_config=RunConfig(timeout_seconds=5))
    assert (await stored(runner)).events[-1].error_code == "TimeoutError"


async def test_summary_that_hangs_costs_the_summary_only() -> None:
    class Hanging(BaseEventsSummarizer):
        async def maybe_summarize_events(self, *, events: list[Event]) -> Event | None:
            return await Hang()()

    compaction = EventsCompactionConfig(compaction_interval=1, overlap_size=0, summarizer=Hanging())
    app = App(name="demo", root_agent=agent("hello"), events_compaction_config=compaction)
    runner = InMemoryRunner(app=app)
    events = await runner.run_debug("hi", quiet=True, run_config=SHORT)
    assert [event.error_code for event in events] == [None]
    assert len(await runner.run_debug("hi", quiet=True, run_config=SHORT)) == 1


async def test_limit_is_written_in_yaml(tmp_path: Any) -> None:
    (tmp_path / "app.yaml").write_text(
        "name: limited\n"
        "root_agent: {name: root, model: {scripted: [{text: late, delay: 60}]}}\n"
        "run: {timeout_seconds: 0.05}\n"
    )
    built = await build(load(tmp_path / "app.yaml", environ={}))
    with pytest.raises(RunTimeoutError):
        await built.runner.run_debug("hi", quiet=True, run_config=built.run_config)
    await built.close(None)


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_limits_that_are_none_are_refused(seconds: float) -> None:
    with pytest.raises(ValidationError):
        RunConfig(timeout_seconds=seconds)

"""What google-adk's own unit tests say of runners, apps and plugins, as cases of ours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adkconf.agents import LlmAgent
from adkconf.apps import App, ResumabilityConfig
from adkconf.errors import PluginError
from adkconf.events import Event
from adkconf.plugins import BasePlugin, PluginManager
from adkconf.runners import InMemoryRunner
from adkconf.sessions import InMemorySessionService
from tests.conftest import Replies, says
from tests.plugins.conftest import agent, plugin, started, stored, turn

IDS = {"user_id": "u", "session_id": "s"}


# Errors of a run


async def test_failed_run_ends_for_plugins_with_its_error_only() -> None:
    heard: list[Any] = []
    error = RuntimeError("no further")
    watching = [
        plugin(name, on_run_error=heard.append, after_run=lambda _: heard.append("end"))
        for name in ("one", "two")
    ]
    runner = await started(agent(error), *watching)
    with pytest.raises(RuntimeError) as raised:
        await turn(runner)
    assert raised.value is error
    assert [given["error"] for given in heard] == [error, error]
    assert {given["invocation_context"].session.id for given in heard} == {"s"}


async def test_run_that_went_well_has_no_error_for_plugins() -> None:
    heard: list[str] = []
    watching = plugin(
        on_run_error=lambda _: heard.append("error"), after_run=lambda _: heard.append("end")
    )
    await turn(await started(agent("ok"), watching))
    assert heard == ["end"]


async def test_error_event_passes_the_event_hook_like_any_other() -> None:
    codes: list[Any] = []
    watching = plugin(on_event=lambda given: codes.append(given["event"].error_code))
    with pytest.raises(RuntimeError):
        await turn(await started(agent(RuntimeError("down")), watching))
    assert codes == ["RuntimeError"]


async def test_cause_of_a_failing_plugin_is_kept() -> None:
    cause = ValueError("inside")

    def fail(_: Any) -> None:
        raise cause

    runner = await started(agent("ok"), plugin("bad", before_run=fail))
    with pytest.raises(PluginError, match="plugin 'bad' during 'before_run_callback'") as raised:
        await turn(runner)
    assert raised.value.__cause__ is cause


# Leaving and cancelling


@pytest.mark.parametrize("is_left", [True, False])
async def test_run_that_is_left_or_cancelled_keeps_what_was_stored(is_left: bool) -> None:
    async def wait() -> None:
        """Waits."""
        await asyncio.Event().wait()

    runner = await started(agent([("wait", {})], "better", tools=[wait]))
    run = runner.run_async(new_message=says("hi", "user"), **IDS)
    await anext(run)
    if is_left:
        await run.aclose()
    else:
        task = asyncio.create_task(anext(run))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [event.author for event in (await stored(runner)).events] == ["user", "root"]
    assert (await turn(runner))[-1].content == says("better")


# Snapshots and state


async def test_snapshot_of_a_session_does_not_grow_with_it() -> None:
    runner = await started(agent("one", "two"))
    await turn(runner)
    before = await stored(runner)
    events = await turn(runner)
    assert len((await stored(runner)).events) == len(before.events) + 1 + len(events)


@pytest.mark.parametrize("delta", [None, {}])
async def test_message_without_changes_leaves_the_state_alone(delta: Any) -> None:
    runner = await started(agent("ok"))
    await turn(runner, state_delta=delta)
    assert (await stored(runner)).state == {}
    assert (await stored(runner)).events[0].actions.state_delta == {}


async def test_changes_of_several_messages_add_up() -> None:
    runner = await started(agent("ok"))
    await turn(runner, state_delta={"a": 1, "b": {"c": 1}})
    await turn(runner, state_delta={"b": [2]})
    assert (await stored(runner)).state == {"a": 1, "b": [2]}


async def test_changes_with_the_message_are_there_for_callbacks() -> None:
    seen: list[Any] = []

    def look(callback_context: Any) -> None:
        seen.append(callback_context.state["k"])

    await turn(await started(agent("ok", before_agent_callback=look)), state_delta={"k": "v"})
    assert seen == ["v"]


# run_debug


async def test_run_debug_of_no_messages_only_makes_the_session() -> None:
    runner = InMemoryRunner(agent=agent("ok"))
    assert await runner.run_debug([], quiet=True) == []
    session = await runner.session_service.get_session(
        app_name=runner.app_name, user_id="debug_user_id", session_id="debug_session_id"
    )
    assert session is not None


async def test_run_debug_takes_several_messages_and_other_names(capsys: Any) -> None:
    runner = InMemoryRunner(agent=agent("one", "two"))
    events = await runner.run_debug(["a", "b"], user_id="me", session_id="mine")
    assert [event.content for event in events] == [says("one"), says("two")]
    printed = capsys.readouterr().out
    assert printed.index("one") < printed.index("b") < printed.index("two")


async def test_run_debug_goes_on_with_a_session_that_is_there() -> None:
    runner = await started(agent("ok"))
    await turn(runner)
    await runner.run_debug("again", quiet=True, **IDS)
    assert len((await stored(runner)).events) == 4


async def test_run_debug_prints_calls_and_answers_on_demand(capsys: Any) -> None:
    runner = InMemoryRunner(agent=agent([("weather", {"city": "Rome"})], "sunny"))
    await runner.run_debug("hi", verbose=True)
    assert "weather" in capsys.readouterr().out
    await runner.run_debug("hi")
    assert "weather" not in capsys.readouterr().out


# Apps and plugin managers


def test_app_keeps_what_it_is_given() -> None:
    root, watching, config = agent(), plugin(), ResumabilityConfig()
    app = App(name="x", root_agent=root, plugins=[watching], resumability_config=config)
    assert (app.root_agent, app.plugins, app.resumability_config) == (root, [watching], config)
    assert app.context_cache_config is None
    assert not config.is_resumable


def test_plugins_are_found_by_name() -> None:
    manager = PluginManager()
    manager.register_plugin(one := plugin("one"))
    assert manager.plugins == [one]
    assert manager.get_plugin("one") is one
    assert manager.get_plugin("two") is None


async def test_close_waits_for_each_plugin_and_may_be_repeated() -> None:
    closed: list[str] = []

    class Slow(BasePlugin):
        async def close(self) -> None:
            await asyncio.sleep(0.01)
            closed.append(self.name)

    manager = PluginManager([Slow("a"), Slow("b")])
    await manager.close()
    await manager.close()
    assert closed == ["a", "b", "a", "b"]


# Who goes on with a conversation


@pytest.mark.parametrize(
    ("last", "flags", "expected"),
    [
        (None, {}, "root"),
        ("root", {}, "root"),
        ("sub", {}, "sub"),
        ("sub", {"disallow_transfer_to_parent": True}, "root"),
        ("nobody", {}, "root"),
        ("user", {}, "root"),
    ],
)
async def test_next_message_goes_to_whom_spoke_last_if_it_may(
    last: str | None, flags: dict[str, Any], expected: str
) -> None:
    sub = LlmAgent(name="sub", model=Replies(steps=["s"]), **flags)
    runner = await started(LlmAgent(name="root", model=Replies(steps=["r"]), sub_agents=[sub]))
    service = runner.session_service
    assert isinstance(service, InMemorySessionService)
    if last is not None:
        event = Event(author=last, invocation_id="i", content=says("earlier"))
        await service.append_event(await stored(runner), event)
    assert (await turn(runner))[-1].author == expected

"""The fourteen hooks: their order, their answers and what they cannot change."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from adkconf.plugins import BasePlugin, PluginManager
from tests.conftest import texts
from tests.plugins.conftest import (
    ANSWERING,
    HOOKS,
    WATCHERS,
    agent,
    answer_for,
    plugin,
    started,
    steps_for,
    stored,
    turn,
)

AGENT_CALLBACKS = tuple(h for h in ANSWERING if h.split("_")[-1] in ("agent", "model", "tool"))


async def play(hook: str, *plugins: BasePlugin, **fields: Any) -> Any:
    runner = await started(agent(*steps_for(hook), **fields), *plugins)
    with suppress(RuntimeError):
        await turn(runner)
    return await stored(runner)


def test_a_plugin_has_fourteen_hooks_and_a_close() -> None:
    hooks = {f"{hook}_callback" for hook in HOOKS}
    own = {name for name in vars(BasePlugin) if not name.startswith("_")}
    assert own == hooks | {"close"}
    assert len(hooks) == 14


@pytest.mark.parametrize("hook", HOOKS)
async def test_hooks_are_called_in_the_order_of_the_list(hook: str) -> None:
    heard: list[str] = []
    plugins = [plugin(name, **{hook: lambda _, n=name: heard.append(n)}) for name in ("a", "b")]
    await play(hook, *plugins)
    assert heard[:2] == ["a", "b"]
    assert heard == ["a", "b"] * (len(heard) // 2)


@pytest.mark.parametrize("hook", AGENT_CALLBACKS)
async def test_plugins_are_called_before_the_agents_callbacks(hook: str) -> None:
    heard: list[str] = []
    own = {f"{hook}_callback": lambda *_, **__: heard.append("agent")}
    await play(hook, plugin(**{hook: lambda _: heard.append("plugin")}), **own)
    assert heard[:2] == ["plugin", "agent"]


@pytest.mark.parametrize("hook", ANSWERING)
async def test_first_answer_skips_later_plugins_and_the_agents_callback(hook: str) -> None:
    heard: list[str] = []
    own = {f"{hook}_callback": lambda *_, **__: heard.append("agent")}
    await play(
        hook,
        plugin("a", **{hook: lambda _: answer_for(hook)}),
        plugin("b", **{hook: lambda _: heard.append("b")}),
        **(own if hook in AGENT_CALLBACKS else {}),
    )
    assert heard == []


@pytest.mark.parametrize(
    ("hook", "expected"),
    [
        ("on_user_message", ["user: answered", "model: weather()"]),
        ("before_run", ["user: hi", "model: answered"]),
        ("before_agent", ["user: hi", "model: answered"]),
        ("before_model", ["user: hi", "model: answered"]),
        ("after_model", ["user: hi", "model: answered"]),
        ("on_model_error", ["user: hi", "model: answered"]),
        ("before_tool", ["user: hi", "model: weather()", "user: weather={'answered': True}"]),
        ("after_tool", ["user: hi", "model: weather()", "user: weather={'answered': True}"]),
        ("on_tool_error", ["user: hi", "model: weather()", "user: weather={'answered': True}"]),
    ],
)
async def test_answer_takes_the_place_of_what_would_have_been(
    hook: str, expected: list[str]
) -> None:
    session = await play(hook, plugin(**{hook: lambda _: answer_for(hook)}))
    assert texts([event.content for event in session.events])[: len(expected)] == expected


async def test_after_agent_answer_is_one_more_event() -> None:
    session = await play("after_agent", plugin(after_agent=lambda _: answer_for("after_agent")))
    assert texts([e.content for e in session.events][-2:]) == ["model: sunny", "model: answered"]


async def test_on_event_answer_changes_the_fields_it_sets() -> None:
    session = await play("on_event", plugin(on_event=lambda _: answer_for("on_event")))
    assert [event.custom_metadata for event in session.events[1:]] == [{"answered": True}] * 3
    assert session.events[1].author == "root"


@pytest.mark.parametrize("hook", WATCHERS)
async def test_what_a_watching_hook_returns_changes_nothing(hook: str) -> None:
    heard: list[str] = []
    with_answer = await play(
        hook,
        plugin("a", **{hook: lambda _: "nothing to use"}),
        plugin("b", **{hook: lambda _: heard.append("b")}),
    )
    without = await play(hook)
    assert heard == ["b"]
    assert texts([e.content for e in with_answer.events if e.content]) == texts(
        [e.content for e in without.events if e.content]
    )


async def test_hooks_may_be_written_without_async() -> None:
    class Plain(BasePlugin):
        def before_run_callback(self, *, invocation_context: Any) -> Any:  # type: ignore[override]
            return answer_for("before_run")

    session = await play("before_run", Plain("plain"))
    assert texts([event.content for event in session.events]) == ["user: hi", "model: answered"]


async def test_after_model_answer_also_follows_a_mended_model_error() -> None:
    heard: list[str] = []
    await play(
        "on_model_error",
        plugin(
            on_model_error=lambda _: answer_for("on_model_error"),
            after_model=lambda given: heard.extend(texts([given["llm_response"].content])),
        ),
    )
    assert heard == ["model: answered"]


async def test_a_run_that_is_left_early_ends_for_the_plugins() -> None:
    heard: list[str] = []
    watch = plugin(
        after_run=lambda _: heard.append("after_run"), on_run_error=lambda _: heard.append("error")
    )
    runner = await started(agent(*steps_for("after_run")), watch)
    async with runner:
        run = runner.run_async(user_id="u", session_id="s", new_message=answer_for("before_run"))
        await anext(run)
        await run.aclose()
    assert heard == ["after_run"]


def test_two_plugins_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="Plugin with name 'a' already registered"):
        PluginManager([plugin("a"), plugin("a")])


async def test_a_tool_that_does_not_exist_is_an_error_plugins_may_answer() -> None:
    heard: list[Any] = []
    runner = await started(agent([("nope", {})], "ok"), plugin(on_tool_error=heard.append))
    await turn(runner)
    assert [(given["tool"].name, str(given["error"])) for given in heard] == [
        ("nope", "There is no tool named 'nope'. You can call: weather. Call only these.")
    ]

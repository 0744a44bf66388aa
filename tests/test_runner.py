"""The runner, as the documents describe it."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent, SequentialAgent
from adkconf.agents.run_config import RunConfig, StreamingMode
from adkconf.apps import App
from adkconf.errors import (
    LlmCallsLimitExceededError,
    PluginError,
    SessionBusyError,
    SessionNotFoundError,
)
from adkconf.events import Event
from adkconf.plugins import BasePlugin, LoggingPlugin
from adkconf.runners import InMemoryRunner, Runner
from adkconf.sessions import InMemorySessionService
from tests.conftest import Replies, says, texts

IDS = {"user_id": "u1", "session_id": "s1"}


def agent(*steps: Any, **fields: Any) -> LlmAgent:
    return LlmAgent(**{"name": "chat", "model": Replies(steps=list(steps) or ["Hello!"]), **fields})


async def started(root: Any, **options: Any) -> InMemoryRunner:
    runner = InMemoryRunner(agent=root, app_name="demo", **options)
    await runner.session_service.create_session(app_name="demo", **IDS)
    return runner


async def turn(runner: Runner, text: str = "Hi", **options: Any) -> list[Event]:
    run = runner.run_async(**{**IDS, "new_message": says(text, "user"), **options})
    return [event async for event in run]


async def stored(runner: Runner) -> Any:
    return await runner.session_service.get_session(app_name="demo", **IDS)


async def test_minimal_example_of_the_documents_answers(capsys: Any) -> None:
    chat = LlmAgent(name="chat", model="echo", instruction="Be concise.")
    runner = InMemoryRunner(agent=chat, app_name="demo")
    session = await runner.session_service.create_session(
        app_name="demo", user_id="u1", session_id="s1"
    )
    async for event in runner.run_async(
        user_id="u1",
        session_id=session.id,
        new_message=types.Content(role="user", parts=[types.Part(text="Hi")]),
    ):
        if event.content:
            for part in event.content.parts:
                if part.text:
                    print(event.author, "→", part.text)
    await runner.close()
    assert capsys.readouterr().out == "chat → Hi\n"


async def test_run_debug_goes_on_with_the_same_session(capsys: Any) -> None:
    runner = InMemoryRunner(agent=agent("Hello!", "You are Ann."))
    events = await runner.run_debug(["I am Ann", "What's my name?"])
    assert [event.author for event in events] == ["chat", "chat"]
    assert capsys.readouterr().out.splitlines() == [
        "user > I am Ann",
        "chat > Hello!",
        "user > What's my name?",
        "chat > You are Ann.",
    ]
    request = runner.agent.model.requests[-1]
    assert texts(request.contents) == ["user: I am Ann", "model: Hello!", "user: What's my name?"]


async def test_run_debug_quiet_prints_nothing(capsys: Any) -> None:
    await InMemoryRunner(agent=agent()).run_debug("Hi", quiet=True)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "One of app, agent, or node must be provided"),
        ({"app": App(name="a", root_agent=agent()), "agent": agent()}, "Only one of app, agent"),
        ({"agent": agent()}, "app_name is required"),
        ({"app": App(name="a", root_agent=agent()), "plugins": []}, "plugins= cannot be given"),
    ],
)
def test_construction_needs_exactly_one_source(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Runner(session_service=InMemorySessionService(), **arguments)


def test_session_service_is_required_and_arguments_are_named() -> None:
    with pytest.raises(TypeError):
        Runner(app=App(name="a", root_agent=agent()))
    with pytest.raises(TypeError):
        Runner(agent())


def test_plugins_argument_is_deprecated() -> None:
    with pytest.warns(DeprecationWarning, match="App"):
        InMemoryRunner(agent=agent(), plugins=[LoggingPlugin()])


def test_in_memory_runner_takes_the_apps_name() -> None:
    assert InMemoryRunner(agent()).app_name == "InMemoryRunner"
    assert InMemoryRunner(app=App(name="shop", root_agent=agent())).app_name == "shop"
    assert (
        Runner(
            app=App(name="shop", root_agent=agent()),
            app_name="other",
            session_service=InMemorySessionService(),
        ).app_name
        == "other"
    )


async def test_missing_session_is_an_error_that_tells_what_to_do() -> None:
    runner = InMemoryRunner(agent=agent(), app_name="demo")
    with pytest.raises(SessionNotFoundError, match="auto_create_session"):
        await turn(runner)


async def test_missing_session_is_created_on_wish() -> None:
    runner = Runner(
        agent=agent(),
        app_name="demo",
        session_service=InMemorySessionService(),
        auto_create_session=True,
    )
    assert [event.author for event in await turn(runner)] == ["chat"]
    assert len((await stored(runner)).events) == 2


async def test_events_are_stored_before_they_are_yielded() -> None:
    runner = await started(agent("one two three"))
    config = RunConfig(streaming_mode=StreamingMode.SSE)
    seen = []
    async for event in runner.run_async(**IDS, new_message=says("Hi", "user"), run_config=config):
        last = (await stored(runner)).events[-1]
        seen.append((event.partial, last.id == event.id))
    assert seen == [(True, False), (True, False), (True, False), (None, True)]


async def test_fragments_share_the_id_of_the_whole() -> None:
    runner = await started(agent("one two"))
    events = await turn(runner, run_config=RunConfig(streaming_mode=StreamingMode.SSE))
    assert len({event.id for event in events}) == 1
    assert events[0].actions is not events[-1].actions


async def test_consumer_that_stops_early_stops_the_run() -> None:
    ran = []

    def tool() -> str:
        """Notes that it ran."""
        ran.append(1)
        return "done"

    runner = await started(agent([("tool", {})], "after", tools=[tool]))
    run = runner.run_async(**IDS, new_message=says("Hi", "user"))
    first = await anext(run)
    await run.aclose()
    assert first.get_function_calls()[0].name == "tool"
    assert not ran


async def test_state_delta_is_stored_with_the_message_without_temp_keys() -> None:
    runner = await started(agent(instruction="{k} {temp:t}"))
    await turn(runner, state_delta={"k": 1, "temp:t": 2})
    session = await stored(runner)
    assert session.state == {"k": 1}
    assert session.events[0].actions.state_delta == {"k": 1}
    request = runner.agent.model.requests[0]
    assert request.config.system_instruction.startswith("1 2")


async def test_user_message_is_yielded_on_wish() -> None:
    runner = await started(agent())
    events = await turn(runner, yield_user_message=True)
    assert [event.author for event in events] == ["user", "chat"]


@pytest.mark.parametrize(
    ("message", "match"),
    [
        (None, "new_message is required"),
        (types.Content(role="user", parts=[]), "No parts"),
        (
            types.Content(parts=[types.Part(function_call=types.FunctionCall(name="x"))]),
            "cannot contain function calls",
        ),
    ],
)
async def test_messages_that_cannot_start_a_run_are_refused(message: Any, match: str) -> None:
    runner = await started(agent())
    with pytest.raises(ValueError, match=match):
        await turn(runner, new_message=message)
    assert (await stored(runner)).events == []


@pytest.mark.parametrize("root", ["llm", "sequential"])
async def test_failure_is_an_error_event_and_then_an_exception(root: str) -> None:
    failing = agent(RuntimeError("model down"), "fine")
    wrapped = failing if root == "llm" else SequentialAgent(name="seq", sub_agents=[failing])
    runner = await started(wrapped)
    events: list[Event] = []
    with pytest.raises(RuntimeError, match="model down"):
        async for event in runner.run_async(**IDS, new_message=says("Hi", "user")):
            events.append(event)
    assert [(e.author, e.error_code, e.error_message) for e in events] == [
        ("chat", "RuntimeError", "model down")
    ]
    assert (await stored(runner)).events[-1].error_code == "RuntimeError"
    assert [event.author for event in await turn(runner, "again")] == ["chat"]


async def test_model_calls_are_limited() -> None:
    def again() -> str:
        """Goes on."""
        return "go on"

    runner = await started(agent([("again", {})], tools=[again]))
    with pytest.raises(LlmCallsLimitExceededError, match="limit of `2` exceeded"):
        await turn(runner, run_config=RunConfig(max_llm_calls=2))
    assert len(runner.agent.model.requests) == 2


async def test_custom_metadata_reaches_every_event() -> None:
    runner = await started(agent())
    await turn(runner, run_config=RunConfig(custom_metadata={"trace": "t"}))
    assert [e.custom_metadata for e in (await stored(runner)).events] == [{"trace": "t"}] * 2


def test_sync_run_works_inside_a_running_loop_and_raises() -> None:
    async def main() -> None:
        runner = await started(agent("one", RuntimeError("no")))
        answers = list(runner.run(**IDS, new_message=says("Hi", "user")))
        assert [event.content.parts[0].text for event in answers] == ["one"]
        with pytest.raises(RuntimeError, match="no"):
            list(runner.run(**IDS, new_message=says("Hi", "user")))
        await runner.close()

    asyncio.run(main())


class Closing(BasePlugin):
    def __init__(self, seconds: float = 0) -> None:
        super().__init__(f"closing_{seconds}")
        self.seconds = seconds
        self.closed = 0

    async def close(self) -> None:
        await asyncio.sleep(self.seconds)
        self.closed += 1


async def test_async_with_closes_plugins_once() -> None:
    plugin = Closing()
    app = App(name="demo", root_agent=agent(), plugins=[plugin])
    async with Runner(app=app, session_service=InMemorySessionService()):
        assert plugin.closed == 0
    assert plugin.closed == 1


async def test_plugin_that_does_not_close_in_time_is_named() -> None:
    app = App(name="demo", root_agent=agent(), plugins=[Closing(30)])
    runner = Runner(app=app, session_service=InMemorySessionService(), plugin_close_timeout=0.05)
    with pytest.raises(PluginError, match="closing_30"):
        await runner.close()


def test_two_plugins_of_one_name_are_refused() -> None:
    app = App(name="demo", root_agent=agent(), plugins=[LoggingPlugin(), LoggingPlugin()])
    with pytest.raises(ValueError, match="already registered"):
        InMemoryRunner(app=app)


async def test_runs_on_one_session_wait_for_each_other() -> None:
    async def slow(callback_context: Any, llm_request: Any) -> None:
        await asyncio.sleep(0.01)

    runner = await started(agent("ok", before_model_callback=slow))
    await asyncio.gather(*(turn(runner, f"m{i}") for i in range(16)))
    authors = [event.author for event in (await stored(runner)).events]
    assert authors == ["user", "chat"] * 16


async def test_reject_policy_refuses_a_second_run() -> None:
    runner = await started(agent("one"))
    runner.on_busy = "reject"
    run = runner.run_async(**IDS, new_message=says("Hi", "user"), yield_user_message=True)
    await anext(run)
    with pytest.raises(SessionBusyError):
        await asyncio.create_task(turn(runner))
    await run.aclose()
    assert len(await turn(runner)) == 1


async def test_run_inside_a_run_on_the_same_session_is_refused_not_stuck() -> None:
    async def tool() -> str:
        """Runs the runner from inside."""
        try:
            await turn(runner)
        except SessionBusyError as error:
            return str(error)
        return "ran"

    runner = await started(agent([("tool", {})], "done", tools=[tool]))
    events = await asyncio.wait_for(turn(runner), 5)
    assert "busy" in str(events[1].get_function_responses()[0].response)


async def test_close_session_adds_it_to_memory() -> None:
    runner = await started(agent("The code is 42."))
    await turn(runner, "What is the code?")
    await runner.close_session(await stored(runner))
    found = await runner.memory_service.search_memory(app_name="demo", user_id="u1", query="code")
    assert found.memories


def test_signatures_hold_the_documents_arguments() -> None:
    assert list(inspect.signature(Runner.run_async).parameters)[1:] == [
        "user_id",
        "session_id",
        "new_message",
        "invocation_id",
        "run_config",
        "state_delta",
        "yield_user_message",
        "abort_signal",
    ]
    defaults = inspect.signature(Runner.run_debug).parameters
    assert defaults["user_id"].default == "debug_user_id"
    assert defaults["session_id"].default == "debug_session_id"
    init = inspect.signature(Runner.__init__).parameters
    assert init["plugin_close_timeout"].default == 5.0
    assert init["auto_create_session"].default is False

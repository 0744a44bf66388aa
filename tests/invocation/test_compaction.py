"""Conversations whose older part becomes a summary."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from google.genai import types

from adkconf.agents import BaseAgent, LlmAgent, SequentialAgent
from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.run_config import RunConfig
from adkconf.apps import App, EventsCompactionConfig
from adkconf.apps.base_events_summarizer import BaseEventsSummarizer
from adkconf.events import Event
from adkconf.events.event_actions import EventActions, EventCompaction
from adkconf.models.llm_response import LlmResponse
from adkconf.runners import Runner
from adkconf.sessions import BaseSessionService, DatabaseSessionService, GetSessionConfig
from adkconf.sessions import InMemorySessionService as Memory
from adkconf.tools.long_running_tool import LongRunningFunctionTool
from adkconf.workflow import START, Workflow
from tests.conftest import Replies, says, texts

IDS = {"user_id": "u", "session_id": "s"}
OF_SESSION = {"app_name": "demo", **IDS}


class Notes(BaseEventsSummarizer):
    """Writes down what it was given; its summary is what it was given."""

    def __init__(self) -> None:
        self.given: list[list[str]] = []

    async def maybe_summarize_events(self, *, events: list[Event]) -> Event | None:
        lines = [
            line.partition(": ")[2] for line in texts([e.content for e in events if e.content])
        ]
        self.given.append(lines)
        compaction = EventCompaction(
            start_timestamp=events[0].timestamp,
            end_timestamp=events[-1].timestamp,
            compacted_content=says(f"<{' '.join(lines)}>"),
        )
        return Event(author="user", actions=EventActions(compaction=compaction))


class Failing(BaseEventsSummarizer):
    async def maybe_summarize_events(self, *, events: list[Event]) -> Event | None:
        raise RuntimeError("no summary today")


def of_runs(interval: int, overlap: int = 0) -> dict[str, Any]:
    return {"compaction_interval": interval, "overlap_size": overlap}


def of_tokens(threshold: int, retained: int) -> dict[str, Any]:
    return {"token_threshold": threshold, "event_retention_size": retained}


def used(text: str, tokens: int) -> LlmResponse:
    usage = types.GenerateContentResponseUsageMetadata(prompt_token_count=tokens)
    return LlmResponse(content=says(text), usage_metadata=usage)


async def start(
    *steps: Any,
    summarizer: BaseEventsSummarizer | None = None,
    service: BaseSessionService | None = None,
    root: Any = None,
    tools: list[Any] | None = None,
    **triggers: int,
) -> Runner:
    """Starts a runner and a session."""
    config = EventsCompactionConfig(summarizer=summarizer, **triggers)
    model = Replies(steps=list(steps) or ["ok"])
    root = root or LlmAgent(name="chat", model=model, tools=tools or [])
    app = App(name="demo", root_agent=root, events_compaction_config=config)
    service = service or Memory()
    if await service.get_session(**OF_SESSION) is None:
        await service.create_session(**OF_SESSION)
    return Runner(app=app, session_service=service)


async def turn(runner: Runner, text: str | types.Content, **run: Any) -> list[Event]:
    message = says(text, "user") if isinstance(text, str) else text
    config = RunConfig(**run)
    events = runner.run_async(**IDS, new_message=message, run_config=config)
    return [event async for event in events]


async def stored(runner: Runner) -> list[Event]:
    session = await runner.session_service.get_session(**OF_SESSION)
    assert session is not None
    return session.events


async def summaries(runner: Runner) -> list[EventCompaction]:
    return [e.actions.compaction for e in await stored(runner) if e.actions.compaction]


def prompts(runner: Runner) -> list[list[str]]:
    """What the root's model was shown, call by call."""
    model = runner.agent.model  # type: ignore[attr-defined]
    return [texts(request.contents) for request in model.requests]


async def test_after_every_interval_one_summary_is_stored_and_not_yielded() -> None:
    notes = Notes()
    runner = await start(summarizer=notes, **of_runs(3))
    for number in range(7):
        events = await turn(runner, f"q{number}")
        assert [event.author for event in events] == ["chat"]
    assert notes.given == [
        ["q0", "ok", "q1", "ok", "q2", "ok"],
        ["<q0 ok q1 ok q2 ok>", "q3", "ok", "q4", "ok", "q5", "ok"],
    ]
    assert prompts(runner)[-1] == [
        "model: <<q0 ok q1 ok q2 ok> q3 ok q4 ok q5 ok>",
        "user: q6",
    ]


async def test_overlap_is_read_once_more() -> None:
    notes = Notes()
    runner = await start(summarizer=notes, **of_runs(2, 1))
    for number in range(4):
        await turn(runner, f"q{number}")
    assert notes.given[1] == ["<q0 ok q1 ok>", "q1", "ok", "q2", "ok", "q3", "ok"]
    first, second = await summaries(runner)
    assert second.start_timestamp == first.start_timestamp


async def test_prompt_and_reads_stay_small_in_a_long_conversation() -> None:
    notes = Notes()
    runner = await start(summarizer=notes, **of_runs(5, 1))
    for number in range(60):
        await turn(runner, f"q{number}")
    assert max(map(len, notes.given)) == 1 + 2 * (5 + 1)
    assert max(map(len, prompts(runner))) == 1 + 2 * 5 - 1


async def test_tokens_trigger_a_summary_of_all_but_the_last_events() -> None:
    notes = Notes()
    runner = await start(used("a", 10), used("b", 99), summarizer=notes, **of_tokens(50, 1))
    await turn(runner, "q0")
    assert notes.given == []
    await turn(runner, "q1")
    assert notes.given == [["q0", "a", "q1"]]
    await turn(runner, "q2")
    assert prompts(runner)[-1] == ["model: <q0 a q1>", "model: b", "user: q2"]


async def test_tokens_are_estimated_where_the_model_does_not_tell() -> None:
    notes = Notes()
    runner = await start("x" * 400, summarizer=notes, **of_tokens(150, 0))
    await turn(runner, "q0")
    assert notes.given == []
    await turn(runner, "q1")
    assert len(notes.given) == 1
    assert len(await summaries(runner)) == 1


async def test_room_is_made_in_the_middle_of_a_run() -> None:
    def search(q: str) -> str:
        """Searches."""
        return "y" * 40

    notes = Notes()
    first = LlmResponse(
        content=types.Content(
            role="model",
            parts=[types.Part(function_call=types.FunctionCall(name="search", args={"q": "x"}))],
        ),
        usage_metadata=types.GenerateContentResponseUsageMetadata(prompt_token_count=99),
    )
    runner = await start(
        first, used("done", 5), summarizer=notes, tools=[search], **of_tokens(50, 0)
    )
    await turn(runner, "go")
    assert notes.given == [["go", "search()", f"search={{'result': '{'y' * 40}'}}"]]
    assert prompts(runner)[1] == [f"model: <{' '.join(notes.given[0])}>"]


async def test_a_message_that_waits_for_its_answer_is_not_summarised() -> None:
    notes = Notes()
    runner = await start("x" * 100, summarizer=notes, **of_tokens(20, 0))
    await turn(runner, "q0")
    await turn(runner, "q" * 100)
    assert prompts(runner)[1][-1] == f"user: {'q' * 100}"


async def test_calls_that_wait_for_an_answer_stay() -> None:
    def ask() -> None:
        """Asks somebody."""

    notes = Notes()
    tool = LongRunningFunctionTool(func=ask)
    runner = await start(
        [("ask", {})], "thanks", "ok", summarizer=notes, tools=[tool], **of_runs(1)
    )
    events = await turn(runner, "q0")
    assert notes.given == [["q0"]]
    (call,) = events[0].get_function_calls()
    response = types.FunctionResponse(id=call.id, name="ask", response={"r": 1})
    await turn(runner, types.Content(parts=[types.Part(function_response=response)]))
    assert prompts(runner)[-1] == ["model: <q0>", "model: ask()", "user: ask={'r': 1}"]
    assert notes.given[1] == ["<q0>", "ask()", "ask={'r': 1}", "thanks"]


async def test_a_run_that_broke_off_does_not_stop_summaries() -> None:
    def boom() -> None:
        """Fails."""
        raise RuntimeError("boom")

    notes = Notes()
    runner = await start([("boom", {})], "one", "two", summarizer=notes, tools=[boom], **of_runs(2))
    with pytest.raises(RuntimeError):
        await turn(runner, "q0")
    await turn(runner, "q1")
    assert notes.given == [["q0", "boom()", "q1", "one"]]


async def test_the_nearest_model_summarises_under_any_root() -> None:
    models = [Replies(model=name, steps=["ok"]) for name in ("first", "second")]
    children = [LlmAgent(name=f"a{i}", model=model) for i, model in enumerate(models)]
    runner = await start(root=SequentialAgent(name="seq", sub_agents=children), **of_runs(1))
    config = runner.app.events_compaction_config
    await turn(runner, "q")
    assert len(await summaries(runner)) == 1
    assert [len(model.requests) for model in models] == [2, 1]
    assert config is not None
    assert config.summarizer is None


async def test_a_model_inside_of_a_workflow_summarises() -> None:
    model = Replies(steps=["ok"])
    agent = LlmAgent(name="inside", model=model)
    flow = Workflow(name="flow", edges=[(START, agent)])
    runner = await start(root=flow, **of_runs(1))
    await turn(runner, "q")
    (summary,) = await summaries(runner)
    assert summary.compacted_content == says("ok")
    assert "user: q" in texts(model.requests[1].contents)[0]


async def test_a_failing_summarizer_is_only_told_of(caplog: pytest.LogCaptureFixture) -> None:
    runner = await start(summarizer=Failing(), **of_runs(1), **of_tokens(1, 0))
    assert len(await turn(runner, "q")) == 1
    assert "was not summarised" in caplog.text
    assert await summaries(runner) == []


async def test_rewound_runs_are_in_no_summary() -> None:
    notes = Notes()
    runner = await start(summarizer=notes, **of_runs(2))
    await turn(runner, "q0")
    bad = await turn(runner, "bad")
    assert notes.given == [["q0", "ok", "bad", "ok"]]
    await runner.rewind_async(**IDS, rewind_before_invocation_id=bad[0].invocation_id)
    await turn(runner, "q1")
    assert notes.given[1:] == [["q0", "ok", "q1", "ok"]]
    await turn(runner, "q2")
    assert prompts(runner)[-1] == ["model: <q0 ok q1 ok>", "user: q2"]


async def test_appends_during_a_summary_are_neither_lost_nor_summarised() -> None:
    class Slow(Notes):
        async def maybe_summarize_events(self, *, events: list[Event]) -> Event | None:
            session = await service.get_session(**OF_SESSION)
            assert session is not None
            late = Event(author="chat", content=says("late"), invocation_id="other")
            await service.append_event(session, late)
            return await super().maybe_summarize_events(events=events)

    service = Memory()
    runner = await start(summarizer=Slow(), service=service, **of_runs(2))
    await turn(runner, "q0")
    await turn(runner, "q1")
    await turn(runner, "q2")
    assert prompts(runner)[-1] == ["model: <q0 ok q1 ok>", "model: late", "user: q2"]


async def test_agents_side_by_side_do_not_summarise_the_same_twice() -> None:
    class Slow(Notes):
        async def maybe_summarize_events(self, *, events: list[Event]) -> Event | None:
            await asyncio.sleep(0.01)
            return await super().maybe_summarize_events(events=events)

    notes = Slow()
    runner = await start(summarizer=notes, **of_runs(1))
    runner.on_busy = "interleave"
    await asyncio.gather(turn(runner, "q0"), turn(runner, "q1"))
    assert len(notes.given) == 1


@pytest.fixture(params=["memory", "database"])
async def service(request: Any, tmp_path: Path) -> AsyncGenerator[BaseSessionService, None]:
    if request.param == "memory":
        yield Memory()
        return
    database = DatabaseSessionService(f"sqlite:///{tmp_path / 'a.db'}")
    yield database
    await database.close()


async def test_limits_on_loading_keep_the_summary_and_the_interval(
    service: BaseSessionService,
) -> None:
    notes = Notes()
    runner = await start(summarizer=notes, service=service, **of_runs(3, 1))
    limits = GetSessionConfig(num_recent_events=2)
    for number in range(5):
        await turn(runner, f"q{number}", get_session_config=limits)
    assert notes.given == [["q0", "ok", "q1", "ok", "q2", "ok"]]
    assert prompts(runner)[2] == ["user: q1", "model: ok", "user: q2"]
    assert prompts(runner)[4] == [
        "model: <q0 ok q1 ok q2 ok>",
        "user: q3",
        "model: ok",
        "user: q4",
    ]
    await turn(runner, "q5", get_session_config=limits)
    assert notes.given[1][:3] == ["<q0 ok q1 ok q2 ok>", "q2", "ok"]
    assert len(notes.given[1]) == 9


async def test_a_summary_far_back_is_found(service: BaseSessionService) -> None:
    seen: list[list[Event]] = []

    class Looking(BaseAgent):
        async def _run_async_impl(self, ctx: InvocationContext) -> AsyncGenerator[Event, None]:
            seen.append(list(ctx.session.events))
            return
            yield

    runner = await start(
        root=Looking(name="root"), summarizer=Notes(), service=service, **of_runs(99)
    )
    session = await service.get_session(**OF_SESSION)
    assert session is not None
    first = await service.append_event(session, Event(author="user", content=says("old", "user")))
    compaction = EventCompaction(
        start_timestamp=first.timestamp,
        end_timestamp=first.timestamp,
        compacted_content=says("old"),
    )
    actions = EventActions(compaction=compaction)
    await service.append_event(session, Event(author="user", actions=actions))
    for number in range(300):
        event = Event(author="root", content=says(str(number)), invocation_id="one")
        await service.append_event(session, event)
    await turn(runner, "q", get_session_config=GetSessionConfig(num_recent_events=2))
    assert seen[0][0].actions.compaction is not None
    assert texts([e.content for e in seen[0][1:] if e.content]) == [
        "model: 298",
        "model: 299",
        "user: q",
    ]


async def test_a_turn_reads_only_what_is_new() -> None:
    runner = await start(**of_runs(1_000_000), **of_tokens(10**9, 1))
    await turn(runner, "q")
    session = await runner.session_service.load_for_run(**OF_SESSION)
    assert session is not None
    log = session.derived["unsummarised"]
    calls: list[Event] = []
    add = log._add
    log._add = lambda event: (calls.append(event), add(event))
    for _ in range(3):
        await turn(runner, "q")
    assert len(calls) == 6

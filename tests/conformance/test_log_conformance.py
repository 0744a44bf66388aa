"""Rewinds and summaries leave the same log, and show models the same, in both engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from google.genai import types

from tests.conformance.engines import ENGINES, Engine, Names, plain

# google-adk warns of its own experiments and deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

IDS = {"user_id": "u", "session_id": "s"}


@dataclass(frozen=True)
class Rewind:
    """Takes back the turn of this number and all after it."""

    turn: int


@dataclass
class Story:
    """Turns, each a text or a text with a state delta, and rewinds."""

    steps: list[Any]
    replies: list[Any] = field(default_factory=lambda: ["ok"])
    tools: Callable[[Engine], list[Any]] = lambda _: []
    compaction: dict[str, Any] | None = None
    summary: str | Exception | None = "summary"
    # Where models are shown more here: a call without an answer, with a word on that.
    same_prompts: bool = True


def note(key: str, tool_context) -> str:  # type: ignore[no-untyped-def]
    """Notes a key."""
    tool_context.state[key] = tool_context.state.get(key, 0) + 1
    return key


async def save(text: str, tool_context) -> int:  # type: ignore[no-untyped-def]
    """Saves a text."""
    return await tool_context.save_artifact("a.txt", types.Part(text=text))  # type: ignore[no-any-return]


def ask() -> None:
    """Asks somebody."""


def _asking(e: Engine) -> list[Any]:
    return [e.find("tools.long_running_tool", "LongRunningFunctionTool")(func=ask)]


LONG = "word " * 200

STORIES = {
    "rewind_state": Story([("a", {"k": 1, "l": 1}), ("b", {"k": 2, "l": [2]}), Rewind(1), "c"]),
    "rewind_changes_of_tools": Story(
        ["a", "b", Rewind(1), "c"], [[("note", {"key": "n"})], "noted"], lambda _: [note]
    ),
    "rewind_all": Story(["a", "b", Rewind(0), "c"]),
    "rewind_twice": Story(["a", "b", Rewind(1), "c", "d", Rewind(2), "e"]),
    "rewind_the_same_turn_again": Story(["a", "b", Rewind(1), "c", Rewind(1), "d"]),
    "rewind_over_a_rewind": Story(["a", "b", Rewind(1), "c", Rewind(0), "d"]),
    "rewind_files": Story(
        ["a", "b", Rewind(1), "c"],
        [[("save", {"text": "one"})], "1", [("save", {"text": "two"})], "2", "3"],
        lambda _: [save],
    ),
    "rewind_a_turn_that_is_not_there": Story(["a", Rewind(7), "b"]),
    "summary_after_runs": Story(
        ["a", "b", "c"], compaction={"compaction_interval": 2, "overlap_size": 1}
    ),
    "no_summary_yet": Story(["a", "b"], compaction={"compaction_interval": 3, "overlap_size": 0}),
    "summary_with_tools": Story(
        ["a", "b", "c"],
        [[("note", {"key": "n"})], "noted"],
        lambda _: [note],
        {"compaction_interval": 2, "overlap_size": 0},
    ),
    "open_call_is_not_summarised": Story(
        ["a", "b", "c"],
        ["hi", [("ask", {})], "wait"],
        _asking,
        {"compaction_interval": 2, "overlap_size": 0},
        same_prompts=False,
    ),
    "failing_tool_does_not_stop_summaries": Story(
        ["a", "b", "c"],
        [[("boom", {})], "ok", "ok"],
        lambda _: [boom],
        {"compaction_interval": 2, "overlap_size": 0},
        same_prompts=False,
    ),
    "summary_after_many_tokens": Story(
        [LONG, "b", "c"], compaction={"token_threshold": 200, "event_retention_size": 1}
    ),
    "summary_of_a_summary": Story(
        [LONG, LONG, LONG, "d"], compaction={"token_threshold": 200, "event_retention_size": 1}
    ),
    "no_summary_below_the_threshold": Story(
        ["a", "b"], compaction={"token_threshold": 10_000, "event_retention_size": 0}
    ),
    "retention_keeps_calls_with_answers": Story(
        [LONG],
        [[("note", {"key": "n"})], "noted"],
        lambda _: [note],
        {"token_threshold": 200, "event_retention_size": 2},
    ),
    "tokens_come_before_runs": Story(
        [LONG],
        compaction={
            "token_threshold": 200,
            "event_retention_size": 1,
            "compaction_interval": 1,
            "overlap_size": 0,
        },
    ),
    "failing_summarizer": Story(
        ["a", "b"],
        compaction={"compaction_interval": 1, "overlap_size": 0},
        summary=RuntimeError("no"),
    ),
    "summarizer_without_a_word": Story(
        ["a", "b"], compaction={"compaction_interval": 1, "overlap_size": 0}, summary=None
    ),
    "rewind_over_a_summary": Story(
        ["a", "b", Rewind(1), "c", "d"], compaction={"compaction_interval": 2, "overlap_size": 0}
    ),
}


def boom() -> None:
    """Fails."""
    raise RuntimeError("boom!")


def _summarizer(engine: Engine, words: str | Exception | None, given: list[Any]) -> Any:
    base = engine.find("apps.base_events_summarizer", "BaseEventsSummarizer")
    compaction = engine.find("events.event_actions", "EventCompaction")
    actions = engine.find("events.event_actions", "EventActions")
    event = engine.find("events.event", "Event")

    class Summarizer(base):  # type: ignore[misc, valid-type]
        async def maybe_summarize_events(self, *, events: list[Any]) -> Any:
            given.append([_contents(each.content) for each in events])
            if not isinstance(words, str):
                if words is not None:
                    raise words
                return None
            made = compaction(
                start_timestamp=events[0].timestamp,
                end_timestamp=events[-1].timestamp,
                compacted_content=types.Content(role="model", parts=[types.Part(text=words)]),
            )
            return event(author="user", invocation_id="x", actions=actions(compaction=made))

    return Summarizer()


def _contents(content: types.Content | None) -> Any:
    if content is None:
        return None
    data = content.model_dump(exclude_none=True, mode="json")
    for part in data["parts"]:
        for item in (part.get("function_call"), part.get("function_response")):
            if item:
                item.pop("id", None)
    return data


async def tell(engine: Engine, story: Story) -> dict[str, Any]:
    """Plays a story; returns the log, the state, the files and what the models were shown."""
    given: list[Any] = []
    model = engine.model(*story.replies)
    fields: dict[str, Any] = {}
    if story.compaction:
        config = engine.find(
            "apps._configs" if engine.root == "google.adk" else "apps", "EventsCompactionConfig"
        )
        summarizer = _summarizer(engine, story.summary, given)
        fields["events_compaction_config"] = config(summarizer=summarizer, **story.compaction)
    root = engine.agent(name="root", model=model, tools=story.tools(engine))
    runner = engine.runner(root, [], **fields)
    session_ids = {"app_name": "demo", **IDS}
    await runner.session_service.create_session(**session_ids)
    turns: list[str] = []
    raised: list[str] = []
    for step in story.steps:
        try:
            if isinstance(step, Rewind):
                run_id = turns[step.turn] if step.turn < len(turns) else "nope"
                await runner.rewind_async(rewind_before_invocation_id=run_id, **IDS)
                continue
            turns.append("")
            text, delta = step if isinstance(step, tuple) else (step, None)
            message = types.Content(role="user", parts=[types.Part(text=text)])
            async for event in runner.run_async(new_message=message, state_delta=delta, **IDS):
                turns[-1] = event.invocation_id
        except Exception as error:
            raised.append(type(error).__name__)
    session = await runner.session_service.get_session(**session_ids)
    file = await runner.artifact_service.load_artifact(**session_ids, filename="a.txt")
    await runner.close()
    return {
        "stored": _log(session.events),
        "state": session.state,
        "file": file.text if file else None,
        "raised": raised,
        "shown": [
            [_contents(content) for content in contents]
            for contents in model.seen
            if story.same_prompts
        ],
        "summarised": given,
    }


def _log(events: list[Any]) -> list[dict[str, Any]]:
    """The stored events, with times as the numbers of events."""
    names = Names()
    at = {event.timestamp: number for number, event in enumerate(events)}
    log = []
    for event in events:
        data = plain(event, names)
        target = data["actions"].get("rewindBeforeInvocationId")
        if target is not None:
            data["actions"]["rewindBeforeInvocationId"] = names("run", target)
        if compaction := data["actions"].get("compaction"):
            for key in ("startTimestamp", "endTimestamp"):
                compaction[key] = at[compaction[key]]
        log.append(data)
    return log


@pytest.mark.parametrize("name", STORIES)
async def test_both_engines_tell_the_same_story(name: str) -> None:
    ours, theirs = [
        json.dumps(await tell(engine, STORIES[name]), indent=1, sort_keys=True)
        for engine in map(Engine, ENGINES)
    ]
    assert ours.splitlines() == theirs.splitlines()

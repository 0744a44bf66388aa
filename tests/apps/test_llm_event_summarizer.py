"""Summaries that a model writes."""

from __future__ import annotations

import pytest
from google.genai import types

from adkconf.apps.llm_event_summarizer import LlmEventSummarizer
from adkconf.errors import InputValidationError, ModelError
from adkconf.events import Event
from adkconf.models.llm_response import LlmResponse
from tests.conftest import Replies, says


def said(author: str, *parts: types.Part, at: float = 1.0) -> Event:
    return Event(author=author, content=types.Content(parts=list(parts)), timestamp=at)


def call(name: str, **args: object) -> types.Part:
    return types.Part(function_call=types.FunctionCall(name=name, args=args))


def answer(name: str, **response: object) -> types.Part:
    return types.Part(function_response=types.FunctionResponse(name=name, response=response))


async def prompt_for(*events: Event, template: str | None = "{conversation_history}") -> str:
    model = Replies(steps=["short"])
    await LlmEventSummarizer(model, template).maybe_summarize_events(events=list(events))
    (content,) = model.requests[0].contents
    assert content.parts is not None
    return str(content.parts[0].text)


async def test_summary_covers_its_events_and_is_the_models_word() -> None:
    usage = types.GenerateContentResponseUsageMetadata(total_token_count=3)
    response = LlmResponse(content=says("short", "user"), usage_metadata=usage)
    events = [said("user", types.Part(text="a"), at=1.5), said("me", types.Part(text="b"), at=2.5)]
    summarizer = LlmEventSummarizer(Replies(steps=[response]))
    summary = await summarizer.maybe_summarize_events(events=events)
    assert summary is not None
    compaction = summary.actions.compaction
    assert compaction is not None
    assert (compaction.start_timestamp, compaction.end_timestamp) == (1.5, 2.5)
    assert compaction.compacted_content == says("short")
    assert (summary.author, summary.content, summary.usage_metadata) == ("user", None, usage)


async def test_words_thoughts_calls_and_answers_are_told() -> None:
    prompt = await prompt_for(
        said("user", types.Part(text="find it")),
        said("me", types.Part(text="hm", thought=True), call("search", q="x")),
        said("me", answer("search", found=1)),
        Event(author="user"),
    )
    assert prompt.splitlines() == [
        "user: find it",
        "me thought: hm",
        "me called search({'q': 'x'})",
        "search answered {'found': 1}",
    ]


async def test_long_arguments_and_answers_are_cut() -> None:
    prompt = await prompt_for(said("me", call("f", x="y" * 9000), answer("f", x="z" * 9000)))
    assert len(prompt) < 4200
    assert prompt.count("characters more)") == 2


async def test_credentials_are_not_told() -> None:
    secret = "adk_request_credential"
    prompt = await prompt_for(said("me", call(secret, k="hidden"), answer(secret, k="hidden")))
    assert "hidden" not in prompt


async def test_template_of_ones_own_may_hold_braces() -> None:
    told = said("user", types.Part(text="{a}"))
    assert await prompt_for(told, template="{x} {conversation_history}") == "{x} user: {a}"


async def test_default_template_holds_the_conversation() -> None:
    prompt = await prompt_for(said("user", types.Part(text="hello")), template=None)
    assert prompt.endswith("user: hello")


def test_template_without_a_place_is_refused() -> None:
    with pytest.raises(InputValidationError, match="conversation_history"):
        LlmEventSummarizer(Replies(steps=["x"]), "Summarise!")


async def test_model_without_a_word_gives_no_summary() -> None:
    told = said("user", types.Part(text="hello"))
    nothing = LlmEventSummarizer(Replies(steps=[LlmResponse()]))
    assert await nothing.maybe_summarize_events(events=[told]) is None
    assert await nothing.maybe_summarize_events(events=[]) is None


async def test_error_of_the_model_is_raised() -> None:
    failing = LlmEventSummarizer(Replies(steps=[LlmResponse(error_code="429")]))
    with pytest.raises(ModelError, match="429"):
        await failing.maybe_summarize_events(events=[said("user", types.Part(text="x"))])

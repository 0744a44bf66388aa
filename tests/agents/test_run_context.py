"""What a run configuration shows to models besides the conversation."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent, RunConfig, SequentialAgent
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins import SaveFilesAsArtifactsPlugin
from adkconf.runners import InMemoryRunner
from tests.conftest import Replies, says, texts


def weather() -> str:
    """Tells the weather."""
    return "sunny"


async def ask(agent: Any, *messages: str, **config: Any) -> InMemoryRunner:
    runner = InMemoryRunner(agent)
    await runner.run_debug(list(messages), quiet=True, run_config=RunConfig(**config))
    return runner


async def test_context_of_the_run_stands_before_the_message_and_is_not_stored() -> None:
    model = Replies(steps=["one", [("weather", {})], "two"])
    agent = LlmAgent(name="root", model=model, tools=[weather])
    runner = await ask(agent, "first", "second", model_input_context=[says("page 7", "user")])
    assert texts(model.requests[2].contents) == [
        "user: first",
        "model: one",
        "user: page 7",
        "user: second",
        "model: weather()",
        "user: weather={'result': 'sunny'}",
    ]
    session = await runner.session_service.get_session(
        app_name=runner.app_name, user_id="debug_user_id", session_id="debug_session_id"
    )
    assert "page 7" not in session.model_dump_json()


async def test_context_of_the_run_comes_first_where_the_message_is_not_shown() -> None:
    def replace(callback_context: Any, llm_request: Any) -> None:
        assert texts(llm_request.contents)[0] == "user: page 7"

    model = Replies(steps=["one", "two"])
    children = [
        LlmAgent(name="a", model=model),
        LlmAgent(name="b", model=model, include_contents="none", before_model_callback=replace),
    ]
    agent = SequentialAgent(name="seq", sub_agents=children)
    await ask(agent, "hi", model_input_context=[says("page 7", "user")])


@pytest.mark.parametrize("shown", [True, False])
async def test_thoughts_of_other_agents_are_shown_on_demand(shown: bool) -> None:
    parts = [types.Part(text="hm", thought=True), types.Part(text="aha")]
    thinking = LlmResponse(content=types.Content(role="model", parts=parts))
    second = Replies(steps=["done"])
    children = [
        LlmAgent(name="a", model=Replies(steps=[thinking])),
        LlmAgent(name="b", model=second),
    ]
    agent = SequentialAgent(name="seq", sub_agents=children)
    await ask(agent, "hi", include_thoughts_from_other_agents=shown)
    told = str(second.requests[0].contents)
    assert ("a thought:" in told) is shown
    assert "a said:" in told


def test_deprecated_field_names_its_successor() -> None:
    with pytest.warns(DeprecationWarning, match=SaveFilesAsArtifactsPlugin.__name__):
        RunConfig(save_input_blobs_as_artifacts=True)
    RunConfig(save_input_blobs_as_artifacts=False)

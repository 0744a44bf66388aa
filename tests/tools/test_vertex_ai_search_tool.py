"""Searches that Gemini does in a data store."""

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.agents import LlmAgent
from adkconf.runners import InMemoryRunner
from adkconf.tools import VertexAiSearchTool
from tests.conftest import Replies

ENGINE = "projects/p/locations/l/collections/c/engines/e"


class OfTheUser(VertexAiSearchTool):
    def _build_vertex_ai_search_config(self, readonly_context: Any) -> types.VertexAISearch:
        config = super()._build_vertex_ai_search_config(readonly_context)
        return config.model_copy(update={"filter": f"user = '{readonly_context.user_id}'"})


async def search(tool: VertexAiSearchTool) -> types.VertexAISearch:
    model = Replies(steps=["ok"])
    runner = InMemoryRunner(LlmAgent(name="root", model=model, tools=[tool]))
    await runner.run_debug("hi", quiet=True)
    (declared,) = model.requests[0].config.tools
    return declared.retrieval.vertex_ai_search


async def test_search_goes_into_the_request() -> None:
    found = await search(VertexAiSearchTool(search_engine_id=ENGINE, filter="a", max_results=3))
    assert found == types.VertexAISearch(engine=ENGINE, filter="a", max_results=3)


async def test_search_may_depend_on_the_conversation() -> None:
    found = await search(OfTheUser(data_store_id="store"))
    assert (found.datastore, found.filter) == ("store", "user = 'debug_user_id'")


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({}, "either data_store_id or search_engine_id"),
        ({"data_store_id": "a", "search_engine_id": "b"}, "either"),
        ({"data_store_id": "a", "data_store_specs": []}, "needs search_engine_id"),
    ],
)
def test_what_is_searched_must_be_clear(fields: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        VertexAiSearchTool(**fields)

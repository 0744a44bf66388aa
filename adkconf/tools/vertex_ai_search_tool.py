"""Searching a data store of Vertex AI, on the model's side."""

from __future__ import annotations

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.base_tool import BaseTool


class VertexAiSearchTool(BaseTool):
    """Lets Gemini search what `data_store_id` or `search_engine_id` names.

    Both are resource names: `projects/…/locations/…/collections/…/dataStores/…` or `…/engines/…`.
    `data_store_specs` picks stores of an engine. `filter` and `max_results` narrow the results.
    Override `_build_vertex_ai_search_config` to make them depend on the conversation.

    Raises:
        ValueError: neither or both of the two names are given, or specs without an engine.
    """

    def __init__(
        self,
        *,
        data_store_id: str | None = None,
        data_store_specs: list[types.VertexAISearchDataStoreSpec] | None = None,
        search_engine_id: str | None = None,
        filter: str | None = None,
        max_results: int | None = None,
    ) -> None:
        super().__init__(name="vertex_ai_search", description="Gemini searches a data store.")
        if (data_store_id is None) == (search_engine_id is None):
            raise ValueError("give either data_store_id or search_engine_id")
        if data_store_specs is not None and search_engine_id is None:
            raise ValueError("data_store_specs needs search_engine_id")
        self.data_store_id = data_store_id
        self.data_store_specs = data_store_specs
        self.search_engine_id = search_engine_id
        self.filter = filter
        self.max_results = max_results

    def _build_vertex_ai_search_config(
        self, readonly_context: ReadonlyContext
    ) -> types.VertexAISearch:
        return types.VertexAISearch(
            datastore=self.data_store_id,
            data_store_specs=self.data_store_specs,
            engine=self.search_engine_id,
            filter=self.filter,
            max_results=self.max_results,
        )

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Adds the search to the request."""
        search = self._build_vertex_ai_search_config(tool_context)
        tool = types.Tool(retrieval=types.Retrieval(vertex_ai_search=search))
        llm_request.config.tools = [*(llm_request.config.tools or ()), tool]

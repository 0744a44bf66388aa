"""Tools that the model's provider runs: they only change the request."""

from __future__ import annotations

from google.genai import types

from adkconf.agents.context import Context
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.base_tool import BaseTool


class ModelSideTool(BaseTool):
    """Adds one entry to the request's tools."""

    def __init__(self, name: str, description: str, tool: types.Tool) -> None:
        super().__init__(name=name, description=description)
        self._tool = tool

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Adds the entry."""
        llm_request.config.tools = [*(llm_request.config.tools or ()), self._tool]


google_search = ModelSideTool(
    "google_search",
    "Gemini searches the web.",
    types.Tool(google_search=types.GoogleSearch()),
)
url_context = ModelSideTool(
    "url_context",
    "Gemini reads the pages whose addresses are in the conversation.",
    types.Tool(url_context=types.UrlContext()),
)
google_maps_grounding = ModelSideTool(
    "google_maps",
    "Gemini looks places up in Google Maps (Vertex AI).",
    types.Tool(google_maps=types.GoogleMaps()),
)
enterprise_web_search = ModelSideTool(
    "enterprise_web_search",
    "Gemini searches the web with enterprise compliance (Vertex AI).",
    types.Tool(enterprise_web_search=types.EnterpriseWebSearch()),
)

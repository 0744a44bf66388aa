"""Shows the model resources of an MCP server that it asks for."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any, Protocol

from google.genai import types

from adkconf.agents.context import Context
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.errors import AdkconfError
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.base_tool import BaseTool

logger = logging.getLogger("adkconf.tools")


class _Resources(Protocol):
    async def list_resources(
        self, readonly_context: ReadonlyContext | None = None
    ) -> list[str]: ...

    async def read_resource(
        self, name: str, readonly_context: ReadonlyContext | None = None
    ) -> list[Any]: ...


class LoadMcpResourceTool(BaseTool):
    """What is loaded is in the next request only; nothing of it stays in the session."""

    def __init__(self, mcp_toolset: _Resources) -> None:
        super().__init__(
            name="load_mcp_resource",
            description="Loads resources of the MCP server, by their names.",
        )
        self._toolset = mcp_toolset

    def _get_declaration(self) -> types.FunctionDeclaration:
        names = {"type": "array", "items": {"type": "string"}}
        return types.FunctionDeclaration(
            name=self.name,
            description=self.description,
            parameters_json_schema={"type": "object", "properties": {"resource_names": names}},
        )

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Says that the resources are there; the next request has them."""
        return {
            "resource_names": args.get("resource_names", []),
            "status": "The contents follow, this once. Call this tool again to see them again.",
        }

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Tells the names of all resources, and adds those that were just asked for."""
        await super().process_llm_request(tool_context=tool_context, llm_request=llm_request)
        try:
            names = await self._toolset.list_resources(tool_context)
        except AdkconfError as error:
            logger.warning("resources are not shown to the model: %s", error)
            return
        if names:
            told = f"There are MCP resources: {json.dumps(names)}."
            asked = f"Before you answer what one of them is about, load it with {self.name}."
            llm_request.append_instructions([f"{told} {asked}"])
        for name in self._asked_for(llm_request):
            await self._add(name, tool_context, llm_request)

    def _asked_for(self, request: LlmRequest) -> list[str]:
        parts = request.contents[-1].parts if request.contents else None
        answers = [part.function_response for part in parts or () if part.function_response]
        return [
            str(name)
            for answer in answers
            if answer.name == self.name
            for name in (answer.response or {}).get("resource_names", ())
        ]

    async def _add(self, name: str, context: Context, request: LlmRequest) -> None:
        try:
            contents = await self._toolset.read_resource(name, context)
        except AdkconfError as error:
            logger.warning("resource %r is not shown to the model: %s", name, error)
            return
        for content in contents:
            parts = [types.Part(text=f"Resource {name} is:"), _part(content)]
            request.contents.append(types.Content(role="user", parts=parts))


def _part(content: Any) -> types.Part:
    if (text := getattr(content, "text", None)) is not None:
        return types.Part(text=text)
    mime_type = content.mime_type or "application/octet-stream"
    return types.Part.from_bytes(data=base64.b64decode(content.blob), mime_type=mime_type)

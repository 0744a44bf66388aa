"""Giving the model the files of the session when it asks for them."""

from __future__ import annotations

import json
from typing import Any

from google.genai import types

from adkconf.agents.context import Context
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.base_tool import BaseTool


class LoadArtifactsTool(BaseTool):
    """Lists the files in the instruction; a called name's content goes into the next request."""

    def __init__(self) -> None:
        super().__init__(
            name="load_artifacts",
            description="Loads files of this session, so that you can see their content.",
        )
        self._declaration = types.FunctionDeclaration(
            name=self.name,
            description=self.description,
            parameters_json_schema={
                "type": "object",
                "properties": {"artifact_names": {"type": "array", "items": {"type": "string"}}},
            },
        )

    def _get_declaration(self) -> types.FunctionDeclaration | None:
        return self._declaration

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Confirms the names; their content follows in the same request."""
        return {"artifact_names": args.get("artifact_names") or [], "status": "content follows"}

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Declares the tool, tells the names, and adds the content of those just asked for."""
        await super().process_llm_request(tool_context=tool_context, llm_request=llm_request)
        names = await tool_context.list_artifacts()
        if not names:
            return
        told = (
            f"Files of this session: {json.dumps(names)}. Call load_artifacts with the names "
            "you need before you answer questions about them."
        )
        llm_request.append_instructions([told])
        for name in _asked_for(llm_request):
            if (part := await tool_context.load_artifact(name)) is not None:
                llm_request.contents.append(
                    types.Content(role="user", parts=[types.Part(text=f"File {name}:"), part])
                )


def _asked_for(llm_request: LlmRequest) -> list[str]:
    """Returns the names in the call that was answered last, if it is the request's end."""
    last = llm_request.contents[-1] if llm_request.contents else None
    for part in (last and last.parts) or ():
        response = part.function_response
        if response is not None and response.name == "load_artifacts":
            return list((response.response or {}).get("artifact_names") or ())
    return []


load_artifacts_tool = LoadArtifactsTool()

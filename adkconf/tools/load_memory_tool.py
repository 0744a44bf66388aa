"""Remembering other conversations of the user, when the model asks or before every call."""

from __future__ import annotations

import logging
from typing import Any

from adkconf.agents.context import Context
from adkconf.memory.memory_entry import MemoryEntry
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.function_tool import FunctionTool

logger = logging.getLogger("adkconf.tools")


async def load_memory(query: str, tool_context: Context) -> dict[str, Any]:
    """Searches earlier conversations with the user.

    Args:
        query: what to look for.
    """
    found = await tool_context.search_memory(query)
    return {
        "memories": [memory.model_dump(mode="json", exclude_none=True) for memory in found.memories]
    }


class LoadMemoryTool(FunctionTool):
    """`load_memory`, with a word to the model that it may use it."""

    def __init__(self) -> None:
        super().__init__(load_memory)

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Declares the tool and tells the model about it."""
        await super().process_llm_request(tool_context=tool_context, llm_request=llm_request)
        llm_request.append_instructions(
            ["You can search earlier conversations with this user by calling load_memory."]
        )


class PreloadMemoryTool(BaseTool):
    """Searches memory with the user's message and puts what it finds in front of that.

    A search that fails is logged; the conversation goes on without.
    """

    def __init__(self) -> None:
        super().__init__(name="preload_memory", description="Remembers before each model call.")

    async def process_llm_request(self, *, tool_context: Context, llm_request: LlmRequest) -> None:
        """Adds what is remembered, if anything."""
        content = tool_context.user_content
        query = " ".join(part.text for part in (content and content.parts) or () if part.text)
        if not query:
            return
        try:
            found = await tool_context.search_memory(query)
        except Exception:
            logger.warning("memory was not searched before a model call", exc_info=True)
            return
        lines = [line for memory in found.memories if (line := _line(memory))]
        if lines:
            told = "\n".join(lines)
            # Not into the instruction: it is what somebody said, and changes with each message.
            llm_request.insert_context(
                f"From earlier conversations with this user:\n<memories>\n{told}\n</memories>"
            )


def _line(memory: MemoryEntry) -> str:
    text = " ".join(part.text for part in memory.content.parts or () if part.text)
    if not text:
        return ""
    when = f"{memory.timestamp} " if memory.timestamp else ""
    return f"{when}{memory.author or 'unknown'}: {text}"


load_memory_tool = LoadMemoryTool()
preload_memory_tool = PreloadMemoryTool()

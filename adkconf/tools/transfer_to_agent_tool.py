"""Handing the conversation to another agent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.genai import types

from adkconf.agents.context import Context
from adkconf.tools.base_tool import BaseTool


def transfer_to_agent(agent_name: str, tool_context: Context) -> None:
    """Hands the conversation to another agent.

    Args:
        agent_name: the name of the agent that goes on.
    """
    tool_context.actions.transfer_to_agent = agent_name


class TransferToAgentTool(BaseTool):
    """`transfer_to_agent` with the names that may be given, so that the model cannot invent one."""

    def __init__(self, agent_names: Sequence[str]) -> None:
        super().__init__(
            name="transfer_to_agent",
            description="Hands the conversation to an agent that suits the request better.",
        )
        self._declaration = types.FunctionDeclaration(
            name=self.name,
            description=self.description,
            parameters_json_schema={
                "type": "object",
                "properties": {
                    "agent_name": {
                        "type": "string",
                        "description": "The name of the agent that goes on.",
                        "enum": list(agent_names),
                    }
                },
                "required": ["agent_name"],
            },
        )

    def _get_declaration(self) -> types.FunctionDeclaration | None:
        return self._declaration

    async def run_async(self, *, args: dict[str, Any], tool_context: Context) -> Any:
        """Notes the transfer; the agent runs it after the event is stored."""
        name = args.get("agent_name")
        if not isinstance(name, str) or not name:
            return {"error": "transfer_to_agent was not called: it needs agent_name."}
        return transfer_to_agent(name, tool_context)

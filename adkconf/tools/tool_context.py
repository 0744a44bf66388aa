"""google-adk's name for the context of tools."""

from adkconf.agents.context import Context as ToolContext

__all__ = ["ToolContext"]

"""Arguments of tools as one object, for code written for google-adk's Agent Config."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class ToolArgsConfig(BaseModel):
    """The `args` of a tool, whatever they are.

    A function whose only parameter has this type gets all of them in it when it makes a tool.
    """

    model_config = ConfigDict(extra="allow")

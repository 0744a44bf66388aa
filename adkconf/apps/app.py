"""An agent with everything that is set for the whole app."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context_cache_config import ContextCacheConfig
from adkconf.apps.events_compaction_config import EventsCompactionConfig
from adkconf.apps.resumability_config import ResumabilityConfig
from adkconf.plugins.base_plugin import BasePlugin
from adkconf.workflow.base_node import BaseNode

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]*")


def check_app_name(name: str) -> str:
    """Returns the name when it can be one.

    The rule is google-adk's: a letter, then letters, digits, `_` and `-`; not `user`.

    Raises:
        ValueError: it cannot.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"App name {name!r} is invalid: start with a letter, then use letters, digits, "
            "underscores and hyphens."
        )
    if name == "user":
        raise ValueError("App name cannot be 'user'; reserved for end-user input.")
    return name


class App(BaseModel):
    """The root agent, the plugins in their order, and what is set for all runs."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    name: str
    root_agent: BaseAgent | BaseNode
    plugins: list[BasePlugin] = Field(default_factory=list)
    context_cache_config: ContextCacheConfig | None = None
    events_compaction_config: EventsCompactionConfig | None = None
    resumability_config: ResumabilityConfig | None = None

    @field_validator("name")
    @classmethod
    def _usable_name(cls, name: str) -> str:
        return check_app_name(name)

"""adkconf: one YAML file describes an agent app."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach
from adkconf._version import __version__ as __version__

if TYPE_CHECKING:
    from adkconf.agents.llm_agent import Agent as Agent
    from adkconf.agents.llm_agent import LlmAgent as LlmAgent
    from adkconf.apps.app import App as App
    from adkconf.errors import AdkconfError as AdkconfError
    from adkconf.events.event import Event as Event
    from adkconf.runners import InMemoryRunner as InMemoryRunner
    from adkconf.runners import Runner as Runner

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "AdkconfError": "adkconf.errors",
        "Agent": "adkconf.agents.llm_agent",
        "App": "adkconf.apps.app",
        "Event": "adkconf.events.event",
        "InMemoryRunner": "adkconf.runners",
        "LlmAgent": "adkconf.agents.llm_agent",
        "Runner": "adkconf.runners",
    },
)

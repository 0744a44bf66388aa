"""The app: what a runner runs."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.apps.app import App as App
    from adkconf.apps.events_compaction_config import (
        EventsCompactionConfig as EventsCompactionConfig,
    )
    from adkconf.apps.resumability_config import ResumabilityConfig as ResumabilityConfig

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "App": "adkconf.apps.app",
        "EventsCompactionConfig": "adkconf.apps.events_compaction_config",
        "ResumabilityConfig": "adkconf.apps.resumability_config",
    },
)

"""The app: what a runner runs."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.apps.app import App as App
    from adkconf.apps.resumability_config import ResumabilityConfig as ResumabilityConfig

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "App": "adkconf.apps.app",
        "ResumabilityConfig": "adkconf.apps.resumability_config",
    },
)

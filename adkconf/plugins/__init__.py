"""Plugins: hooks around every run of an app."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.plugins.base_plugin import BasePlugin as BasePlugin
    from adkconf.plugins.logging_plugin import LoggingPlugin as LoggingPlugin
    from adkconf.plugins.plugin_manager import PluginManager as PluginManager

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "BasePlugin": "adkconf.plugins.base_plugin",
        "LoggingPlugin": "adkconf.plugins.logging_plugin",
        "PluginManager": "adkconf.plugins.plugin_manager",
    },
)

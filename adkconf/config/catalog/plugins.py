"""The built-in plugins."""

from __future__ import annotations

from adkconf.config.spec.component import Builtin, Catalog
from adkconf.config.spec.section import Section


class LoggingArguments(Section):
    """Writes what happens in a run to standard error."""

    name: str = "logging_plugin"
    """The plugin's name, for error messages and to find it in the app."""


PLUGINS = Catalog.of(
    "plugin",
    Builtin(
        "logging",
        "Writes what happens in a run to standard error.",
        LoggingArguments,
        aliases=("LoggingPlugin",),
    ),
)

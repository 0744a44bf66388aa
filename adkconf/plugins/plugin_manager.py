"""Runs the plugins' hooks in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from adkconf.errors import PluginError
from adkconf.plugins.base_plugin import BasePlugin

_HOOKS = tuple(name for name in vars(BasePlugin) if name.endswith("_callback"))

logger = logging.getLogger("adkconf.plugins")


class PluginManager:
    """Holds the plugins of one runner; asks only those that override the hook in question."""

    def __init__(
        self, plugins: Iterable[BasePlugin] | None = None, close_timeout: float = 5.0
    ) -> None:
        self.plugins: list[BasePlugin] = []
        self._close_timeout = close_timeout
        self._by_hook: dict[str, list[BasePlugin]] = {hook: [] for hook in _HOOKS}
        for plugin in plugins or ():
            self.register_plugin(plugin)

    def register_plugin(self, plugin: BasePlugin) -> None:
        """Adds a plugin behind the others.

        Raises:
            ValueError: one of that name is there already.
        """
        if self.get_plugin(plugin.name) is not None:
            raise ValueError(f"Plugin with name '{plugin.name}' already registered.")
        self.plugins.append(plugin)
        for hook, listeners in self._by_hook.items():
            own = getattr(plugin, hook, None)
            if own is not None and getattr(own, "__func__", own) is not getattr(BasePlugin, hook):
                listeners.append(plugin)

    def get_plugin(self, name: str) -> BasePlugin | None:
        """Returns the plugin of that name, or None."""
        return next((plugin for plugin in self.plugins if plugin.name == name), None)

    def overridden(self, hook: str) -> bool:
        """Tells whether any plugin listens to a hook."""
        return bool(self._by_hook[hook])

    async def first(self, hook: str, **arguments: Any) -> Any:
        """Asks plugins in order and returns the first answer that is not None.

        Raises:
            PluginError: a plugin raised.
        """
        for plugin in self._by_hook[hook]:
            try:
                answer = await getattr(plugin, hook)(**arguments)
            except Exception as error:
                raise PluginError(
                    f"Error in plugin '{plugin.name}' during '{hook}' callback: {error}"
                ) from error
            if answer is not None:
                return answer
        return None

    async def every(self, hook: str, **arguments: Any) -> None:
        """Tells all plugins of an error; one that raises itself is logged, not raised."""
        for plugin in self._by_hook[hook]:
            try:
                await getattr(plugin, hook)(**arguments)
            except Exception:
                logger.exception("plugin %r raised in %s", plugin.name, hook)

    async def close(self) -> None:
        """Closes every plugin, each within the time-out.

        Raises:
            RuntimeError: some could not be closed; the message names them.
        """
        failures: list[str] = []
        for plugin in self.plugins:
            try:
                await asyncio.wait_for(plugin.close(), self._close_timeout)
            except TimeoutError:
                failures.append(f"'{plugin.name}': no end after {self._close_timeout} s")
            except Exception as error:
                failures.append(f"'{plugin.name}': {type(error).__name__}: {error}")
        if failures:
            raise PluginError(f"Failed to close plugins: {'; '.join(failures)}")

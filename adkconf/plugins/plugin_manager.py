"""Runs the plugins' hooks in order."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Iterable
from typing import Any

from google.genai import types

from adkconf.errors import PluginError
from adkconf.events.event import Event
from adkconf.models.llm_response import LlmResponse
from adkconf.plugins.base_plugin import BasePlugin

_HOOKS = tuple(name for name in vars(BasePlugin) if name.endswith("_callback"))

# What a hook may answer. A tool's result may be anything; hooks that are not here only watch.
_ANSWERS: dict[str, type] = {
    "on_user_message_callback": types.Content,
    "before_run_callback": types.Content,
    "on_event_callback": Event,
    "before_agent_callback": types.Content,
    "after_agent_callback": types.Content,
    "before_model_callback": LlmResponse,
    "after_model_callback": LlmResponse,
    "on_model_error_callback": LlmResponse,
    "before_tool_callback": object,
    "after_tool_callback": object,
    "on_tool_error_callback": object,
}

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

    def register_plugin(self, plugin: BasePlugin, *, first: bool = False) -> None:
        """Adds a plugin behind the others, or before them.

        Raises:
            ValueError: one of that name is there already.
        """
        if self.get_plugin(plugin.name) is not None:
            raise ValueError(f"Plugin with name '{plugin.name}' already registered.")
        self.plugins = _with(self.plugins, plugin, first=first)
        for hook, listeners in self._by_hook.items():
            own = getattr(plugin, hook, None)
            if own is not None and getattr(own, "__func__", own) is not getattr(BasePlugin, hook):
                self._by_hook[hook] = _with(listeners, plugin, first=first)

    def get_plugin(self, name: str) -> BasePlugin | None:
        """Returns the plugin of that name, or None."""
        return next((plugin for plugin in self.plugins if plugin.name == name), None)

    def overridden(self, hook: str) -> bool:
        """Tells whether any plugin listens to a hook."""
        return bool(self._by_hook[hook])

    async def first(self, hook: str, **arguments: Any) -> Any:
        """Asks plugins in order and returns the first answer that is not None.

        `after_run_callback` has no answer: all plugins are told.

        Raises:
            PluginError: a plugin raised, or answered with something the hook cannot use.
        """
        expected = _ANSWERS.get(hook)
        for plugin in self._by_hook[hook]:
            answer = await _call(plugin, hook, arguments)
            if answer is None or expected is None:
                continue
            if not isinstance(answer, expected):
                raise PluginError(
                    f"Error in plugin '{plugin.name}' during '{hook}' callback: it returned "
                    f"{type(answer).__name__}; return {expected.__name__} or None"
                )
            return answer
        return None

    async def every(self, hook: str, **arguments: Any) -> None:
        """Tells all plugins of an error; one that raises itself is logged, not raised."""
        for plugin in self._by_hook[hook]:
            try:
                await _call(plugin, hook, arguments)
            except PluginError:
                logger.exception("an error hook failed; the first error goes on")

    async def close(self) -> None:
        """Closes every plugin, each within the time-out and in the caller's task.

        Raises:
            PluginError: some could not be closed; the message names them.
        """
        failures: list[str] = []
        cancelled: asyncio.CancelledError | None = None
        for plugin in self.plugins:
            try:
                async with asyncio.timeout(self._close_timeout):
                    await plugin.close()
            except TimeoutError:
                failures.append(f"'{plugin.name}': no end after {self._close_timeout} s")
            except asyncio.CancelledError as error:
                # The caller has no time; the others are closed all the same.
                cancelled = error
            except Exception as error:
                failures.append(f"'{plugin.name}': {type(error).__name__}: {error}")
        if cancelled is not None:
            raise cancelled
        if failures:
            raise PluginError(f"Failed to close plugins: {'; '.join(failures)}")


def _with(plugins: list[BasePlugin], plugin: BasePlugin, *, first: bool) -> list[BasePlugin]:
    """Returns another list: runs under way may be going through this one."""
    return [plugin, *plugins] if first else [*plugins, plugin]


async def _call(plugin: BasePlugin, hook: str, arguments: dict[str, Any]) -> Any:
    """Calls one hook, written with `async def` or without."""
    try:
        answer = getattr(plugin, hook)(**arguments)
        return await answer if inspect.isawaitable(answer) else answer
    except (Exception, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and _is_being_cancelled():
            raise
        raise PluginError(
            f"Error in plugin '{plugin.name}' during '{hook}' callback: "
            f"{error or type(error).__name__}"
        ) from error


def _is_being_cancelled() -> bool:
    """Tells a run that is cancelled from a plugin that lets its own cancellation out."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0

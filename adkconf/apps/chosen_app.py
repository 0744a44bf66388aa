"""The app that a runner runs, whichever way it was given."""

from __future__ import annotations

import warnings

from adkconf.agents.base_agent import BaseAgent
from adkconf.apps.app import App
from adkconf.plugins.base_plugin import BasePlugin
from adkconf.workflow.base_node import BaseNode


def chosen_app(
    app: App | None,
    app_name: str | None,
    agent: BaseAgent | None,
    node: BaseAgent | BaseNode | None,
    plugins: list[BasePlugin] | None,
) -> App:
    """Returns the app, or makes one of the agent or node.

    Raises:
        ValueError: not exactly one of the three, or an agent without a name for its app.
    """
    given = [
        f"{name}={type(value).__name__}"
        for name, value in (("app", app), ("agent", agent), ("node", node))
        if value is not None
    ]
    if len(given) != 1:
        number = f"Only one of app, agent, or node may be provided, but got: {', '.join(given)}."
        none = "One of app, agent, or node must be provided. Got none."
        raise ValueError(f"{number if given else none} Pass exactly one to Runner().")
    if plugins is not None:
        _refuse_or_warn(app)
    if app is not None:
        return app
    if agent is not None and app_name is None:
        raise ValueError("app_name is required when agent is provided without app.")
    root = agent or node
    assert root is not None
    return App(name=app_name or root.name, root_agent=root, plugins=plugins or [])


def _refuse_or_warn(app: App | None) -> None:
    if app is not None:
        raise ValueError("plugins= cannot be given with app=; put them into App(plugins=[...]).")
    warnings.warn(
        "plugins= of Runner is deprecated; use App(plugins=[...]).",
        DeprecationWarning,
        stacklevel=5,
    )

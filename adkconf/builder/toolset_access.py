"""Sets of tools of an app without the app: only the Python files that they name are imported."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from adkconf.builder.agents import Agents
from adkconf.builder.assembly import checked_spec
from adkconf.builder.components import Components
from adkconf.builder.engine_choice import engine_called
from adkconf.builder.model_access import llm_agents, told
from adkconf.builder.problems import Problems
from adkconf.builder.project_code import lent_code
from adkconf.builder.references import References
from adkconf.builder.services import close_instance
from adkconf.config.loaded import Loaded
from adkconf.config.reading.source import display_name
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import ToolSpec

_BUILTINS = ("mcp", "openapi")


@asynccontextmanager
async def opened_toolsets(loaded: Loaded) -> AsyncIterator[Mapping[str, Any]]:
    """Makes the built-in sets of tools that agents have, by name and place; closes them behind.

    In the place of one that cannot be made is what is wrong with it.

    Raises:
        BuildError: the file is wrong.
    """
    spec = checked_spec(loaded)
    written = dict(_written(spec))
    if not written:
        yield {}
        return
    made: dict[str, Any] = {}
    with lent_code(loaded) as modules:
        try:
            problems = Problems()
            engine = engine_called(spec.engine)
            agents = Agents(Components(engine, References(modules), problems), {})
            for name, tool in written.items():
                before = len(problems.found)
                with problems.at(tool, f"tool {tool.name!r} cannot be made"):
                    made[name] = agents.tool(tool)
                made.setdefault(name, told(problems.found[before:]))
            yield made
        finally:
            for name, toolset in made.items():
                await close_instance(toolset, name)


def _written(spec: AppSpec) -> Iterator[tuple[str, ToolSpec]]:
    for agent in llm_agents(spec.root_agent):
        for tool in agent.tools or ():
            if tool.kind == "builtin" and tool.name in _BUILTINS:
                yield f"{tool.name} ({display_name(Path(tool.at.file))}:{tool.at.line})", tool

"""Models of an app without the app: only the Python files that models name are imported."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from adkconf.builder.agents import Agents
from adkconf.builder.assembly import checked_spec
from adkconf.builder.components import Components
from adkconf.builder.engine_choice import engine_called
from adkconf.builder.problems import Problems
from adkconf.builder.project_code import lent_code
from adkconf.builder.references import References
from adkconf.builder.services import close_instance
from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loaded import Loaded
from adkconf.config.spec.agent import LlmAgentSpec
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import ModelSpec, NamedCodeSpec
from adkconf.config.spec.section import Section
from adkconf.errors import InputValidationError
from adkconf.models.base_llm import BaseLlm
from adkconf.models.registry import LLMRegistry

Model = BaseLlm | str
"""A model, or what is wrong with it."""


@asynccontextmanager
async def opened_models(loaded: Loaded) -> AsyncIterator[Mapping[str, Model]]:
    """Makes the models of the file and of its agents, by name; closes them behind.

    Raises:
        BuildError: the file is wrong.
    """
    spec = checked_spec(loaded)
    models: dict[str, Model] = {}
    with lent_code(loaded) as modules:
        try:
            components = Components(engine_called(spec.engine), References(modules), Problems())
            models.update(_make(spec, components))
            yield models
        finally:
            for name, model in models.items():
                await close_instance(model, f"model {name!r}")


def _make(spec: AppSpec, components: Components) -> Iterator[tuple[str, Model]]:
    agents = Agents(components, {})
    for name, written in _written(spec):
        before = len(components.problems.found)
        made = components.engine.lend_model(agents.model(written))
        if found := components.problems.found[before:]:
            yield name, told(found)
            continue
        try:
            yield name, LLMRegistry.new_llm(made) if isinstance(made, str) else made
        except InputValidationError as error:
            yield name, str(error)


def _written(spec: AppSpec) -> Iterator[tuple[str, ModelSpec | NamedCodeSpec]]:
    """Yields named models, and those that agents have of their own; each name once."""
    # A name for another name is tried as the other one.
    yield from ((name, made) for name, made in spec.models.items() if made.kind != "named")
    seen = set(spec.models)
    for agent in llm_agents(spec.root_agent):
        written = agent.model or agent.model_code
        if written is None or written.kind == "named":
            continue
        name = str(written.args.get("model", written.name))
        if name not in seen:
            seen.add(name)
            yield name, written


def llm_agents(value: Any) -> Iterator[LlmAgentSpec]:
    """Yields the agents with a model in and below what is written, those of tools, too."""
    if isinstance(value, LlmAgentSpec):
        yield value
    if isinstance(value, Section):
        for name in type(value).model_fields:
            yield from llm_agents(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from llm_agents(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from llm_agents(item)


def told(found: list[Diagnostic]) -> str:
    """Returns what is wrong, in one line."""
    return "; ".join(f"{item.file}:{item.line}: {item.message}" for item in found)

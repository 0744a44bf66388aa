"""The app itself: its agents, its plugins, and what its runs start from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from adkconf.agents.run_config import RunConfig, StreamingMode
from adkconf.builder.agents import Agents
from adkconf.builder.app_version import version_of
from adkconf.builder.arguments import value_fault
from adkconf.builder.components import Components, check_kind
from adkconf.builder.policies import cache, compaction, resumability
from adkconf.builder.problems import NOT_USABLE, Fault
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.run import RunSpec
from adkconf.config.spec.section import Section

if TYPE_CHECKING:
    # Only tests need the models in it.
    from adkconf.builder.stand_ins import StandIns


@dataclass(frozen=True)
class Draft:
    """What needs no service yet.

    `app` is the engine's App. `summary_model` is a model that no agent need have, or None.
    """

    app: Any
    run_config: RunConfig
    summary_model: Any


def draft_app(
    spec: AppSpec,
    components: Components,
    code: Collection[Path],
    stand_ins: StandIns | None = None,
) -> Draft | None:
    """Makes the app; None when that fails, with the problems told to the components' list.

    `code` are the project's Python files that it is made of.
    """
    problems = components.problems
    agents = Agents(components, spec.models)
    agents.make_models()
    root, given = _taken_apart(agents.build_root(spec.root_agent), components)
    if root is not None and stand_ins is not None:
        with problems.at(stand_ins.written_in, "the models cannot be replaced", "models"):
            stand_ins.put_in(root, agents)
    plugins = _plugins(spec, components)
    run_config = None
    with problems.at(spec.run, "the run options cannot be used"):
        run_config = written_run_config(spec.run)
        components.engine.check_run_config(run_config)
    context_cache = None
    with problems.at(spec.cache or spec, "the cache cannot be used"):
        context_cache = cache(spec.cache, components.engine)
    resumable = None
    with problems.at(spec.resumability or spec, "runs cannot be resumed"):
        resumable = resumability(
            spec.resumability, components.engine, lambda: version_of(spec, code)
        )
    with problems.at(spec.compaction or spec, "the app cannot be made"):
        if root is not None and run_config is not None:
            events_compaction, summary_model = compaction(spec.compaction, agents, root)
            written = {
                "context_cache_config": context_cache,
                "events_compaction_config": events_compaction,
                "resumability_config": resumable,
            }
            app = components.engine.get("apps.app:App")(
                name=spec.name,
                root_agent=root,
                plugins=[*(given.plugins if given else ()), *plugins],
                **{name: own or getattr(given, name, None) for name, own in written.items()},
            )
            return Draft(app, run_config, summary_model)
    return None


def _taken_apart(root: Any, components: Components) -> tuple[Any, Any]:
    """Returns the root agent, and the App that code has put around it, or None.

    Of such an App the file takes the place of what it says itself; its plugins come first.
    """
    if isinstance(root, components.engine.get("apps.app:App")):
        return root.root_agent, root
    return root, None


def _plugins(spec: AppSpec, components: Components) -> list[Any]:
    plugins: list[Any] = []
    kind = components.engine.get("plugins.base_plugin:BasePlugin")
    for written in spec.plugins:
        with components.problems.at(written, f"plugin {written.name!r} cannot be made"):
            plugin = components.make(written)
            check_kind(plugin, kind, written.name)
            if any(plugin.name == other.name for other in plugins):
                raise Fault(
                    NOT_USABLE,
                    f"there is a plugin of the name {plugin.name!r} already",
                    hint="give one of them another name",
                )
            plugins.append(plugin)
    return plugins


def written_run_config(spec: RunSpec) -> RunConfig:
    """Returns what is written; a field that is left out counts as not set.

    Raises:
        Fault: a value cannot be used.
    """
    written = {
        name: _plain(value)
        for name, value in spec.given().items()
        if name not in ("on_busy", "per_request")
    }
    if "streaming_mode" in written:
        written["streaming_mode"] = StreamingMode[written["streaming_mode"].upper()]
    try:
        return RunConfig(**written)
    except ValidationError as error:
        raise value_fault(error) from error


def _plain(value: Any) -> Any:
    return value.model_dump() if isinstance(value, Section) else value

"""From a loaded file to an app that is ready to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adkconf.apps.app_runner import AppRunner
from adkconf.builder.app import Draft, draft_app
from adkconf.builder.built import Built
from adkconf.builder.components import Components
from adkconf.builder.engine import Engine
from adkconf.builder.engine_choice import chosen_engine
from adkconf.builder.environment import export
from adkconf.builder.imports import ProjectModules
from adkconf.builder.problems import Problems
from adkconf.builder.references import References
from adkconf.builder.services import ServiceMaker, Services, close_instance
from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loaded import Loaded
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.contained import references_in
from adkconf.errors import BuildError

if TYPE_CHECKING:
    # Only tests need the models in it.
    from adkconf.builder.stand_ins import StandIns


async def build(
    loaded: Loaded, *, previous: Built | None = None, stand_ins: StandIns | None = None
) -> Built:
    """Builds an app and opens its services.

    The project's Python files are imported in a thread; objects are made on the running loop.
    Variables of `env.files` are put into the environment before that. Services that `previous`
    has open under the same configuration are carried over. `stand_ins` take the place of models.
    When it raises, everything that was opened is closed again.

    Raises:
        BuildError: something is wrong; `diagnostics` has everything that is, with its place.
    """
    spec = checked_spec(loaded)
    modules = ProjectModules(directories(loaded))
    problems = Problems()
    components: Components | None = None
    services = Services()
    carried = previous.services if previous else None
    environment = export(loaded.environ)
    try:
        components = await asyncio.to_thread(_import, spec, modules, problems)
        draft = None
        if components is not None:
            draft = draft_app(spec, components, modules.files, stand_ins)
            await ServiceMaker(components, loaded.root).open_all(spec.services, services, carried)
        files = loaded.files | modules.files
        if components is None or draft is None or problems.found:
            raise failure(loaded, [*loaded.diagnostics, *problems.found], files)
        built = _assemble(spec, draft, components.engine, services, loaded, files)
    except BaseException:
        export(environment)
        modules.withdraw()
        await services.close(carried)
        await _discard(components.made if components else (), services)
        raise
    modules.settle()
    return built


def checked_spec(loaded: Loaded) -> AppSpec:
    """Returns the spec.

    Raises:
        BuildError: there is none; `diagnostics` tells why.
    """
    if loaded.spec is None:
        raise failure(loaded, loaded.diagnostics, loaded.files)
    return loaded.spec


def _import(spec: AppSpec, modules: ProjectModules, problems: Problems) -> Components | None:
    """Imports the project's modules, and the engine; None if it cannot be had."""
    modules.activate()
    references = References(modules)
    references.preload(references_in(spec.served))
    with problems.at(spec, "the engine cannot be used", "engine"):
        return Components(chosen_engine(spec, references), references, problems)
    return None


def _assemble(
    spec: AppSpec,
    draft: Draft,
    engine: Engine,
    services: Services,
    loaded: Loaded,
    files: frozenset[Path],
) -> Built:
    runner: AppRunner = engine.get("runners:Runner")(
        app=draft.app,
        session_service=services.get("session"),
        artifact_service=services.get("artifact"),
        memory_service=services.get("memory"),
        credential_service=services.get("credential"),
        on_busy=spec.run.on_busy,
    )
    return Built(
        spec=spec,
        app=draft.app,
        runner=runner,
        run_config=draft.run_config,
        files=files,
        diagnostics=loaded.diagnostics,
        services=services,
        summary_model=draft.summary_model,
        loaded=loaded,
    )


def directories(loaded: Loaded) -> list[Path]:
    """Returns where a project's modules are, in a fixed order.

    These are the project's root and the directories of the other YAML files.
    """
    others = {file.parent for file in loaded.files if file.suffix in {".yaml", ".yml"}}
    return [loaded.root, *sorted(others - {loaded.root})]


def failure(
    loaded: Loaded, diagnostics: Iterable[Diagnostic], files: frozenset[Path]
) -> BuildError:
    """Returns the error to raise when something is wrong with an app."""
    found = sorted(diagnostics)
    errors = [item for item in found if item.severity == "error"]
    first = errors[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return BuildError(
        f"{first.file}:{first.line}:{first.column}: {first.message}{more}",
        diagnostics=found,
        files=files,
        sources=loaded.sources,
    )


async def _discard(made: Sequence[Any], services: Services) -> None:
    """Closes what was made for an app that will not be, the latest first."""
    told = {id(service.instance) for service in services}
    for instance in reversed(made):
        if id(instance) not in told:
            await close_instance(instance, type(instance).__name__)

"""From a loaded file to an app that is ready to answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from adkconf.builder.app import Draft, draft_app
from adkconf.builder.built import Built
from adkconf.builder.components import Components
from adkconf.builder.engine import ADKCONF
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
from adkconf.runners import Runner


async def build(loaded: Loaded, *, previous: Built | None = None) -> Built:
    """Builds an app and opens its services.

    The project's Python files are imported in a thread; objects are made on the running loop.
    Variables of `env.files` are put into the environment before that. Services that `previous`
    has open under the same configuration are carried over. When it raises, everything that was
    opened is closed again.

    Raises:
        BuildError: something is wrong; `diagnostics` has everything that is, with its place.
    """
    spec = checked_spec(loaded)
    modules = ProjectModules(directories(loaded))
    problems = Problems()
    components = Components(ADKCONF, References(modules), problems)
    services = Services()
    carried = previous.services if previous else None
    environment = export(loaded.environ)
    try:
        await asyncio.to_thread(_import, spec, modules, components.references)
        draft = draft_app(spec, components)
        await ServiceMaker(components, loaded.root).open_all(spec.services, services, carried)
        files = loaded.files | modules.files
        if draft is None or problems.found:
            raise failure(loaded, [*loaded.diagnostics, *problems.found], files)
        built = _assemble(spec, draft, services, loaded, files)
    except BaseException:
        export(environment)
        modules.withdraw()
        await services.close(carried)
        await _discard(components, services)
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


def _import(spec: AppSpec, modules: ProjectModules, references: References) -> None:
    modules.activate()
    references.preload(references_in(spec))


def _assemble(
    spec: AppSpec, draft: Draft, services: Services, loaded: Loaded, files: frozenset[Path]
) -> Built:
    runner = Runner(
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


async def _discard(components: Components, services: Services) -> None:
    """Closes what was made for an app that will not be, the latest first."""
    told = {id(service.instance) for service in services}
    for instance in reversed(components.made):
        if id(instance) not in told:
            await close_instance(instance, type(instance).__name__)

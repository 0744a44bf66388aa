"""From a loaded file to a Python package that is the same app."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adkconf.builder.app_version import version_of
from adkconf.builder.assembly import checked_spec, failure
from adkconf.builder.components import Components
from adkconf.builder.engine_choice import chosen_engine, engine_called
from adkconf.builder.problems import NOT_SUPPORTED, Fault, Problems
from adkconf.builder.project_code import lent_code
from adkconf.builder.references import References
from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.loaded import Loaded
from adkconf.config.span import Span
from adkconf.config.spec.agent import CodeAgentSpec
from adkconf.config.spec.app import AppSpec, EnvFileSpec
from adkconf.config.spec.component import ServiceSpec
from adkconf.config.spec.contained import references_in
from adkconf.config.spec.section import Section
from adkconf.exchange.app import AppWriter, run_config_call
from adkconf.exchange.components import ComponentWriter
from adkconf.exchange.project_code import ProjectCode
from adkconf.exchange.python_module import PythonModule
from adkconf.exchange.python_text import Call, Expression, literal
from adkconf.exchange.services import FAMILIES, ServiceWriter
from adkconf.exchange.surroundings import Surroundings
from adkconf.exchange.values import Values
from adkconf.inspection.secrecy import interpolations

# Keys that a program in Python has no use for, and why.
LEFT_OUT: Mapping[str, str] = {
    "server": "it is for `adkconf serve`",
    "apps": "each of them is an app of its own",
    "tests": "they are for `adkconf test`",
    "per_request": "it is for `adkconf serve`",
}
WRITTEN = (
    "name",
    "root_agent",
    "plugins",
    "compaction",
    "resumability",
    "cache",
    "services",
    "models",
    "run",
)
_PACKAGES = {"adkconf": "adkconf", "google-adk": "google.adk"}
_TALK = '''\
async def main(messages: Iterable[str]) -> None:
    """Says the messages in one session, and prints the answers."""
    sessions = runner.session_service
    session = await sessions.create_session(app_name=app.name, user_id="user")
    try:
        for text in messages:
            async for event in runner.run_async(
                user_id=session.user_id,
                session_id=session.id,
                new_message=types.Content(role="user", parts=[types.Part(text=text)]),
                RUN_CONFIG
            ):
                if event.content and not event.partial:
                    for part in event.content.parts or []:
                        if part.text and not part.thought:
                            print(f"{event.author}: {part.text}")
    finally:
        await close()'''
_CLOSE = '''\
async def close() -> None:
    """Closes tools, plugins, models and services."""
    await runner.close()'''
_START = """\
if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or iter(partial(input, "> "), "")))"""


@dataclass(frozen=True)
class Ejected:
    """A package: its own `modules` by their names, and the files of the project that it needs.

    `copied` are paths from the project's directory. `missing` are files of variables, which may
    hold secrets and are not copied. `notes` are warnings.
    """

    modules: Mapping[str, str]
    copied: tuple[Path, ...]
    missing: tuple[str, ...]
    notes: tuple[Diagnostic, ...]


def eject(loaded: Loaded, engine: str | None = None) -> Ejected:
    """Writes an app as Python, for its own engine or the one of that name.

    The project's modules are imported, as for a build.

    Raises:
        BuildError: the file is wrong, or something in it cannot be written as Python.
        MissingExtraError: the engine is not installed.
    """
    spec = checked_spec(loaded)
    problems = Problems()
    with lent_code(loaded) as modules:
        references = References(modules)
        references.preload(references_in(spec.served))
        chosen = engine_called(engine) if engine else chosen_engine(spec, references)
        components = Components(chosen, references, problems)
        ejected = _Ejection(loaded, spec, components, version_of(spec, modules.files)).run()
    if problems.found:
        raise failure(loaded, [*loaded.diagnostics, *problems.found], loaded.files)
    return ejected


class _Ejection:
    def __init__(self, loaded: Loaded, spec: AppSpec, components: Components, version: str) -> None:
        self._loaded = loaded
        self._spec = spec
        self._version = version
        self._components = components
        self._problems = components.problems
        self._engine = components.engine.name
        self._code = ProjectCode.of(loaded.root, references_in(spec.served))
        self._surroundings = Surroundings(
            list(_env_files(spec)), spec.env.required, import_path=self._code.bare
        )
        self._used: set[Span] = set()
        own = {path.with_suffix("").as_posix() for path in self._code.files}
        self._agent = next(name for name in ("agent", "app", "ejected_app") if name not in own)
        self._runner = next(name for name in ("runner", "ejected_runner") if name not in own)

    def run(self) -> Ejected:
        """Writes all modules; what is wrong goes to the problems."""
        agent, runner = self._agent_module(), self._runner_module()
        modules = {
            "__init__": self._package(),
            self._agent: agent.text(),
            self._runner: runner.text(),
            "__main__": self._main_module(),
        }
        if self._surroundings.needed:
            modules["environment"] = self._surroundings.text()
        self._check_templates()
        own = [path for path in self._code.files if path != Path("__init__.py")]
        return Ejected(
            modules,
            tuple(sorted({*own, *self._texts(), *self._surroundings.carried})),
            tuple(name for name, _ in _env_files(self._spec)),
            tuple(self._notes()),
        )

    def _agent_module(self) -> PythonModule:
        module = PythonModule(f"The app {self._spec.name}: its agents.", self._reserved())
        AppWriter(self._writer(module), self._spec, self._version).write()
        return module

    def _reserved(self) -> set[str]:
        root = self._spec.root_agent
        by_code = isinstance(root, CodeAgentSpec) and not root.code.called
        return {"app"} if by_code else {"app", "root_agent"}

    def _runner_module(self) -> PythonModule:
        spec, module = (
            self._spec,
            PythonModule("What runs the app: its services.", ("runner", "run_config", "close")),
        )
        writer = self._writer(module)
        services = ServiceWriter(writer)
        fields: dict[str, Expression] = {"app": module.member(f".{self._agent}", "app")}
        closing = []
        for family in FAMILIES:
            written: ServiceSpec | None = getattr(spec.services, family)
            with self._problems.at(written or spec.services, f"no {family} service"):
                made = module.assign(f"{family}_service", services.write(spec.services, family))
                fields[f"{family}_service"] = made
                if _has_close(services.kind(written)):
                    closing.append(f"    await {made.text}.close()")
        with self._problems.at(spec.run, "the run options cannot be written"):
            self._add_run_config(module, writer)
            fields |= self._on_busy()
        kind = module.member(f"{_PACKAGES[self._engine]}.runners", "Runner")
        module.claim("runner", Call(kind.text, fields))
        module.add("\n".join([_CLOSE, *closing]))
        return module

    def _add_run_config(self, module: PythonModule, writer: ComponentWriter) -> None:
        written = run_config_call(writer, self._spec)
        if written is None:
            kind = module.member(f"{_PACKAGES[self._engine]}.agents.run_config", "RunConfig")
            written = Call(kind.text)
        module.claim("run_config", written)

    def _on_busy(self) -> dict[str, Expression]:
        on_busy = self._spec.run.on_busy
        if on_busy == "queue":
            return {}
        if self._engine != "adkconf":
            raise Fault(NOT_SUPPORTED, "google-adk's runner has no on_busy", steps=("on_busy",))
        return {"on_busy": literal(on_busy)}

    def _main_module(self) -> str:
        module = PythonModule("Talks to the app: python -m PACKAGE ['What to say' ...]")
        for name in ("asyncio", "sys"):
            module.module(name)
        module.member("collections.abc", "Iterable")
        module.member("functools", "partial")
        module.member("google.genai", "types")
        module.member(f".{self._agent}", "app")
        for name in ("close", "run_config", "runner"):
            module.member(f".{self._runner}", name)
        module.add(_TALK.replace("RUN_CONFIG", "run_config=run_config,"), _START)
        return module.text()

    def _package(self) -> str:
        module = PythonModule(f"The app {self._spec.name}.")
        names = ["app", "root_agent"]
        if self._surroundings.needed:
            module.member(".", "environment")
            names.insert(1, "environment")
        for name in ("app", "root_agent"):
            module.member(f".{self._agent}", name)
        module.claim("__all__", literal(names))
        return module.text()

    def _writer(self, module: PythonModule) -> ComponentWriter:
        package = _PACKAGES[self._engine]
        values = Values(self._loaded, module, self._surroundings, package, self._used)
        return ComponentWriter(self._components, values, self._code)

    def _check_templates(self) -> None:
        """Tells of values with `${…}` that would be written as they are now."""
        for at, use in self._loaded.templates.items():
            if use.path.split(".")[0].split("[")[0] in WRITTEN and at not in self._used:
                message = "a value out of the environment cannot be written as Python here"
                found = diagnostic(at, NOT_SUPPORTED, message, path=use.path)
                self._problems.found.append(found)

    def _texts(self) -> Iterator[Path]:
        """Yields the project's files that `${file:…}` names."""
        for at, use in self._loaded.templates.items():
            home = Path(os.path.abspath(at.file)).parent
            for part in interpolations(use.template) if at in self._used else ():
                path = home / "".join(map(str, part.word.parts))
                inside = path.is_relative_to(self._loaded.root)
                if part.operator == "file:" and inside and path.is_file():
                    yield path.relative_to(self._loaded.root)

    def _notes(self) -> Iterator[Diagnostic]:
        spec = self._spec
        sections: tuple[Section, ...] = (spec, spec.run)
        for section in sections:
            for key in section.given().keys() & LEFT_OUT.keys():
                message = f"{key!r} is left out of the Python code: {LEFT_OUT[key]}"
                yield section.diagnostic(
                    NOT_SUPPORTED, message, steps=(key,), key=True, severity="warning"
                )


def _env_files(spec: AppSpec) -> Iterator[tuple[str, bool]]:
    for item in spec.env.files:
        named = isinstance(item, EnvFileSpec)
        yield (item.file, item.required) if named else (item, True)  # type: ignore[union-attr,misc]


def _has_close(kind: Any) -> bool:
    return kind is not None and hasattr(kind, "close")

"""Checks what a file says of Python: references, and the arguments of what they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adkconf.config.catalog.extensions import extensions
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.checking.arguments import Arguments, Misfit
from adkconf.config.checking.references import ReferenceChecker
from adkconf.config.located import Step
from adkconf.config.python.constructors import Signatures
from adkconf.config.python.library import Found, Library
from adkconf.config.python.source import Origin
from adkconf.config.resolving.project import Project
from adkconf.config.spec.agent import CustomAgentSpec
from adkconf.config.spec.component import ComponentSpec
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section
from adkconf.config.suggestion import near_file


class ComponentChecker:
    """Notes what is wrong with the references of an app, and with what is given to them."""

    def __init__(self, project: Project, trusted: tuple[str, ...]) -> None:
        self._project = project
        self._library = Library(project.root, project.text)
        self._references = ReferenceChecker(project, trusted, self._library)
        self._signatures = Signatures(self._library)

    def check(self, section: Section) -> None:
        """Checks the references of a section, not those of the sections below it."""
        if isinstance(section, ComponentSpec):
            self._check_component(section)
            self._check_files(section)
        elif isinstance(section, CustomAgentSpec):
            self._check_agent(section)
        else:
            for ref in _own_references(section):
                self._references.check(ref)

    def _check_component(self, component: ComponentSpec) -> None:
        for value in component.args.values():
            if isinstance(value, PythonRef):
                self._references.check(value)
        found = self._target(component)
        signature = self._signatures.of(found) if found is not None else None
        # Without arguments, only a class is certain to be called.
        called = component.called or (found is not None and found.definition.kind == "class")
        if found is None or signature is None or not called:
            return
        what = component.ref.attribute if component.ref else component.name
        given = self._arguments(component)
        self._project.secrets.update(given.secret_places(signature))
        self._note(component, what, given.misfits(signature), component.arg_steps())

    def _check_files(self, component: ComponentSpec) -> None:
        if component.kind != "builtin":
            return
        for name in CATALOGS[component.family].builtins[component.name].files:
            if (written := component.args.get(name)) is None:
                continue
            steps = component.arg_steps(name)
            file = self._project.path_at(str(written), component.span_of(*steps))
            self._project.files.add(file)
            if not self._project.contains(file):
                code, message = "E504", f"{str(written)!r} is outside of the project"
                hint = "move it into the app's directory"
            elif not file.is_file():
                code, message = "E502", f"the file {str(written)!r} does not exist"
                hint = near_file(file, (".yaml", ".yml", ".json"))
            else:
                continue
            found = component.diagnostic(code, message, hint=hint, steps=steps)
            self._project.problems.take(found)

    def _check_agent(self, agent: CustomAgentSpec) -> None:
        for ref in _own_references(agent):
            found = self._references.check(ref)
            if ref is not agent.agent_class or found is None:
                continue
            signature = self._signatures.of(found)
            if signature is not None:
                written = agent.written()
                args = {name: written.get(name) for name in agent.args}
                given = Arguments(args, hidden=self._project.templates)
                self._project.secrets.update(given.secret_places(signature))
                self._note(agent, ref.attribute, given.wrong_values(signature))

    def _arguments(self, component: ComponentSpec) -> Arguments:
        hidden = self._project.templates
        if not component.called:
            return Arguments({}, hidden=hidden)
        value = component.written()
        for step in component.arg_steps():
            value = value[step]
        if isinstance(value, dict):
            return Arguments(value, hidden=hidden)
        return Arguments({}, (value,), hidden)

    def _target(self, component: ComponentSpec) -> Found | None:
        if component.ref is not None:
            return self._references.check(component.ref)
        if component.kind != "entry_point":
            return None
        entry = extensions(component.family).get(component.name)
        if entry is None or "." in entry.attr:
            return None
        home = self._project.root / "app.yaml"
        return self._library.find_origin(Origin(entry.module, entry.attr), home)

    def _note(
        self,
        section: Section,
        what: str,
        found: Iterable[Misfit],
        before: tuple[Step, ...] = (),
    ) -> None:
        for misfit in found:
            steps = (*before, *misfit.steps)
            message = f"{what!r}: {misfit.message}"
            self._project.problems.take(
                section.diagnostic("E505", message, hint=misfit.hint, steps=steps, key=misfit.key)
            )


def _own_references(section: Section) -> Iterator[PythonRef]:
    for value in filter(None, vars(section).values()):
        if isinstance(value, PythonRef):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, PythonRef))

"""Checks references to Python by looking at files; nothing is imported.

What may be imported is an allow-list: the project's own modules, those of installed extensions,
and what `trust.imports` names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from pkgutil import iter_modules

from adkconf.config.catalog.extensions import extension_packages
from adkconf.config.diagnostics import diagnostic
from adkconf.config.python.installed import InstalledModules
from adkconf.config.python.library import Found, Library
from adkconf.config.python.source import PythonSource
from adkconf.config.reading.source import display_name
from adkconf.config.resolving.project import Project
from adkconf.config.spec.reference import PythonRef
from adkconf.config.suggestion import did_you_mean, near_file


class ReferenceChecker:
    """Checks references; `library` is what it reads Python files with."""

    def __init__(self, project: Project, trusted: tuple[str, ...], library: Library) -> None:
        self._project = project
        self._trusted = tuple(dict.fromkeys(trusted))
        self._library = library
        self._broken: set[Path] = set()
        self._installed = InstalledModules()
        self._modules: dict[Path, list[str]] = {}

    def check(self, ref: PythonRef) -> Found | None:
        """Notes what is wrong with a reference; returns what it leads to, as far as is known."""
        if ref.file is None:
            self._check_installed(ref)
            return None
        self._project.files.add(ref.file)
        if not self._project.contains(ref.file) and not self._trusts(ref.module):
            message = f"{display_name(ref.file)!r} is outside of the project"
            self._note(ref, "E504", message, "move it into the app's directory")
            return None
        if not os.path.isfile(ref.file):
            self._note_missing_file(ref, ref.file)
            return None
        return self._definition(ref, ref.file)

    def _check_installed(self, ref: PythonRef) -> None:
        module = ref.module or ""
        top = module.partition(".")[0]
        if not self._trusts(module) and top not in extension_packages():
            message = f"the module {module!r} is neither of the project nor trusted"
            own = self._own_modules(ref)
            near = did_you_mean(top, own) if top not in own else ""
            hint = near or f"if you want it, add it to trust.imports: [{module}]"
            self._note(ref, "E504", message, hint)
        elif lack := self._installed.lack(module, ref.attribute):
            hint = f"did you mean {lack.meant!r}?" if lack.meant else ""
            if lack.module:
                message = f"the module {lack.module!r} defines no {lack.name!r}"
                self._note(ref, "E503", message, hint)
            else:
                hint = hint or "install the package it is in"
                self._note(ref, "E502", f"there is no module {lack.name!r}", hint)

    def _own_modules(self, ref: PythonRef) -> list[str]:
        """Returns the modules that the file of a reference may import by their names."""
        homes = {self._project.root, self._project.home_of(ref.at)}
        trusted = {pattern.partition(".")[0] for pattern in self._trusted}
        return [*trusted, *(name for home in homes for name in self._modules_in(home))]

    def _modules_in(self, home: Path) -> list[str]:
        if home not in self._modules:
            self._modules[home] = [module.name for module in iter_modules([str(home)])]
        return self._modules[home]

    def _trusts(self, module: str | None) -> bool:
        if module is None:
            return False
        return any(
            fnmatchcase(module, pattern) or module == pattern.removesuffix(".*")
            for pattern in self._trusted
        )

    def _note_missing_file(self, ref: PythonRef, file: Path) -> None:
        hint = near_file(file, (".py",))
        if ref.module is None:
            missing = ref.text.rpartition(":")[0]
            self._note(ref, "E502", f"the file {missing!r} does not exist", hint)
        else:
            message = f"the project has no module {ref.module!r}"
            self._note(
                ref, "E502", message, hint.replace(".py'", "'") if "did you mean" in hint else ""
            )

    def _source(self, file: Path) -> PythonSource | None:
        source = self._library.source(file)
        if isinstance(source, PythonSource):
            return source
        if file not in self._broken:
            self._broken.add(file)
            self._project.problems.take(source)
        return None

    def _definition(self, ref: PythonRef, file: Path) -> Found | None:
        source = self._source(file)
        if source is None:
            return None
        name, _, member = ref.attribute.partition(".")
        definition = source.definitions.get(name)
        where = display_name(file)
        if definition is None:
            if source.complete and "__getattr__" not in source.definitions:
                hint = did_you_mean(name, [*source.definitions, *_modules_beside(file)])
                self._note(ref, "E503", f"{where!r} defines no {name!r}", hint)
            return None
        if not member:
            return self._library.find(file, name)
        if definition.kind == "module":
            message = f"{ref.attribute!r} is of a module that {where!r} only imports"
            self._note(ref, "E504", message, "refer to names that the file itself defines")
        elif definition.kind in ("class", "function") and member not in definition.members:
            hint = did_you_mean(member, definition.members)
            self._note(ref, "E503", f"the {definition.kind} {name!r} has no {member!r}", hint)
        return None

    def _note(self, ref: PythonRef, code: str, message: str, hint: str = "") -> None:
        self._project.problems.take(diagnostic(ref.at, code, message, hint=hint, path=ref.path))


def _modules_beside(file: Path) -> Iterator[str]:
    """Yields the modules of a package."""
    if file.name == "__init__.py":
        yield from (module.name for module in iter_modules([str(file.parent)]))

"""Checks references to Python by looking at files; nothing is imported.

What may be imported is an allow-list: the project's own modules, those of installed extensions,
and what `trust.imports` names.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from pkgutil import iter_modules

from adkconf.config.catalog.extensions import extension_packages
from adkconf.config.checking.installed import InstalledModules
from adkconf.config.checking.python_source import (
    Definition,
    PythonSource,
    Signature,
    parse_python,
)
from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.reading.source import Source, display_name
from adkconf.config.resolving.project import Project
from adkconf.config.spec.reference import PythonRef
from adkconf.config.suggestion import did_you_mean, near_file, nearest


@dataclass(frozen=True)
class Misfit:
    """What is wrong with the arguments of a call; `argument` is the one in question, if it is."""

    message: str
    hint: str = ""
    argument: str | None = None


class ReferenceChecker:
    """Checks references and reads each Python file once."""

    def __init__(self, project: Project, trusted: tuple[str, ...]) -> None:
        self._project = project
        self._trusted = trusted
        self._parsed: dict[Path, PythonSource | None] = {}
        self._installed = InstalledModules()

    def check(self, ref: PythonRef) -> Definition | None:
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
        source = self._source(ref.file)
        return self._definition(ref, source) if source is not None else None

    def _check_installed(self, ref: PythonRef) -> None:
        module = ref.module or ""
        top = module.partition(".")[0]
        if not self._trusts(module) and top not in extension_packages():
            message = f"the module {module!r} is neither of the project nor trusted"
            near = did_you_mean(top, self._own_modules(ref))
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
        trusted = [pattern.partition(".")[0] for pattern in self._trusted]
        return [*trusted, *(module.name for module in iter_modules(map(str, homes)))]

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
        if file not in self._parsed:
            source = self._project.text(file)
            parsed = parse_python(source) if isinstance(source, Source) else source
            if isinstance(parsed, Diagnostic):
                self._project.problems.take(parsed)
                self._parsed[file] = None
            else:
                self._parsed[file] = parsed
        return self._parsed[file]

    def _definition(self, ref: PythonRef, source: PythonSource) -> Definition | None:
        name, _, member = ref.attribute.partition(".")
        definition = source.definitions.get(name)
        where = display_name(ref.file) if ref.file else ""
        if definition is None:
            if source.complete and "__getattr__" not in source.definitions:
                hint = did_you_mean(name, [*source.definitions, *_modules_beside(ref.file)])
                self._note(ref, "E503", f"{where!r} defines no {name!r}", hint)
            return None
        if not member:
            return definition
        if definition.kind == "module":
            message = f"{ref.attribute!r} is of a module that {where!r} only imports"
            self._note(ref, "E504", message, "refer to names that the file itself defines")
        elif definition.kind in ("class", "function") and member not in definition.members:
            hint = did_you_mean(member, definition.members)
            self._note(ref, "E503", f"the {definition.kind} {name!r} has no {member!r}", hint)
        return None

    def _note(self, ref: PythonRef, code: str, message: str, hint: str = "") -> None:
        self._project.problems.take(diagnostic(ref.at, code, message, hint=hint, path=ref.path))


def _modules_beside(file: Path | None) -> Iterator[str]:
    """Yields the modules of a package."""
    if file is not None and file.name == "__init__.py":
        yield from (module.name for module in iter_modules([str(file.parent)]))


def misfits(
    definition: Definition | None, args: Collection[str], positional: int
) -> Iterator[Misfit]:
    """Yields what is wrong with arguments that an object is called with."""
    signature = definition.signature if definition else None
    if signature is None:
        return
    meant = {*args, *signature.names[:positional]}
    for name in args:
        if name not in signature.names and not signature.open:
            near = nearest(name, signature.names)
            meant.add(near or name)
            hint = f"did you mean {near!r}?" if near else _parameters(signature)
            yield Misfit(f"there is no parameter {name!r}", hint, name)
    missing = [name for name in signature.names if name in signature.required - meant]
    if missing:
        yield Misfit(f"arguments are missing: {', '.join(missing)}")
    if positional > len(signature.names) and not signature.open:
        yield Misfit("it takes no arguments")


def _parameters(signature: Signature) -> str:
    names = ", ".join(signature.names)
    return f"its parameters: {names}" if names else "it has no parameters"

"""Checks references to Python by looking at files; nothing is imported.

What may be imported is an allow-list: the project's own modules, those of installed extensions,
and what `trust.imports` names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from adkconf.config.catalog.extensions import extension_packages
from adkconf.config.checking.python_source import (
    Definition,
    PythonSource,
    Signature,
    parse_python,
)
from adkconf.config.diagnostic import Diagnostic, diagnostic
from adkconf.config.reading.source import Source, display_name
from adkconf.config.resolving.project import Project
from adkconf.config.spec.reference import PythonRef
from adkconf.config.suggestion import did_you_mean


@dataclass(frozen=True)
class Call:
    """Arguments that the object of a reference is called with."""

    args: Mapping[str, Any]
    positional: int = 0


class ReferenceChecker:
    """Checks references and reads each Python file once."""

    def __init__(self, project: Project, trusted: tuple[str, ...]) -> None:
        self._project = project
        self._trusted = trusted
        self._parsed: dict[Path, PythonSource | None] = {}

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
        if not ref.file.is_file():
            self._note_missing_file(ref, ref.file)
            return None
        source = self._source(ref.file)
        return self._definition(ref, source) if source is not None else None

    def check_call(self, ref: PythonRef, definition: Definition | None, call: Call) -> None:
        """Notes arguments that do not fit what a reference leads to."""
        signature = definition.signature if definition else None
        if signature is None:
            return
        for name in call.args:
            if name not in signature.names and not signature.open:
                hint = did_you_mean(name, signature.names) or _parameters(signature)
                self._note_argument(ref, name, f"{ref.attribute!r} has no parameter {name!r}", hint)
        given = {*call.args, *signature.names[: call.positional]}
        missing = [
            name for name in signature.names if name in signature.required and name not in given
        ]
        if missing:
            self._note(ref, "E505", f"{ref.attribute!r} needs arguments: {', '.join(missing)}")
        if call.positional > len(signature.names) and not signature.open:
            self._note(ref, "E505", f"{ref.attribute!r} takes no arguments")

    def _check_installed(self, ref: PythonRef) -> None:
        module = ref.module or ""
        top = module.partition(".")[0]
        if not self._trusts(module) and top not in extension_packages():
            message = f"the module {module!r} is neither of the project nor trusted"
            self._note(ref, "E504", message, f"if you want it, add it to trust.imports: [{module}]")
        # For a top-level name nothing is imported.
        elif find_spec(top) is None:
            self._note(ref, "E502", f"there is no module {top!r}", "install the package it is in")

    def _trusts(self, module: str | None) -> bool:
        if module is None:
            return False
        return any(
            fnmatchcase(module, pattern) or module == pattern.removesuffix(".*")
            for pattern in self._trusted
        )

    def _note_missing_file(self, ref: PythonRef, file: Path) -> None:
        try:
            names = [path.name for path in file.parent.iterdir() if path.suffix == ".py"]
        except OSError:
            names = []
        hint = did_you_mean(file.name, names)
        if ref.module is None:
            hint = hint or "the path is relative to the file that names it"
            self._note(
                ref, "E502", f"the file {ref.text.rpartition(':')[0]!r} does not exist", hint
            )
        else:
            hint = hint.replace(".py'", "'")
            self._note(ref, "E502", f"the project has no module {ref.module!r}", hint)

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
                hint = did_you_mean(name, source.definitions)
                self._note(ref, "E503", f"{where!r} defines no {name!r}", hint)
            return None
        if not member:
            return definition
        if definition.kind == "module":
            message = f"{ref.attribute!r} is of a module that {where!r} only imports"
            self._note(ref, "E504", message, "refer to names that the file itself defines")
        elif definition.kind == "class" and member not in definition.members:
            hint = did_you_mean(member, definition.members)
            self._note(ref, "E503", f"the class {name!r} defines no {member!r}", hint)
        return None

    def _note_argument(self, ref: PythonRef, name: str, message: str, hint: str) -> None:
        self._note(ref, "E505", message, hint)

    def _note(self, ref: PythonRef, code: str, message: str, hint: str = "") -> None:
        self._project.problems.take(diagnostic(ref.at, code, message, hint=hint, path=ref.path))


def _parameters(signature: Signature) -> str:
    names = ", ".join(signature.names)
    return f"its parameters: {names}" if names else "it has no parameters"

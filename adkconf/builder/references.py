"""From references to Python objects."""

from __future__ import annotations

import importlib
import os
from difflib import get_close_matches
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any

from adkconf.builder.imports import ProjectModules
from adkconf.builder.problems import Fault, KnownFault, describe
from adkconf.config.spec.reference import PythonRef


class References:
    """Imports what the references of one build name; what a reference may name, config decides."""

    def __init__(self, modules: ProjectModules) -> None:
        self._modules = modules
        self._broken: set[str | Path] = set()

    def load(self, ref: PythonRef) -> Any:
        """Returns the object.

        Raises:
            Fault: it cannot be imported, or does not exist.
            KnownFault: its module is broken, which has been told for another reference.
        """
        value: Any = self._module(ref)
        for name in ref.attribute.split("."):
            try:
                value = getattr(value, name)
            except AttributeError:
                raise _no_such(name, ref, value) from None
        return value

    def _module(self, ref: PythonRef) -> ModuleType:
        source = ref.file or ref.module or ref.text
        if source in self._broken:
            raise KnownFault
        try:
            if ref.file is not None:
                return self._modules.import_file(ref.file, ref.module)
            return _import_installed(ref)
        except (Exception, SystemExit) as error:  # a module may raise anything when it is imported
            self._broken.add(source)
            raise self._failed(ref, error) from error

    def _failed(self, ref: PythonRef, error: BaseException) -> Fault:
        what = ref.text.rpartition(":")[0] or ref.module or ref.text
        if isinstance(error, FileNotFoundError) and ref.file and not ref.file.exists():
            return Fault("import-failed", f"there is no file {_shown(ref.file)}")
        if isinstance(error, ModuleNotFoundError) and error.name == ref.module:
            return Fault(
                "import-failed",
                f"there is no module {ref.module!r}",
                hint="install its package, or check the spelling",
            )
        where = self._raised_at(error)
        return Fault(
            "import-failed",
            f"{what} cannot be imported: {_reason(error)}{f' ({where})' if where else ''}",
        )

    def _raised_at(self, error: BaseException) -> str:
        """Returns the last line of the project's own code that the error passed."""
        if isinstance(error, SyntaxError) and error.filename:
            return f"{_shown(Path(error.filename))}:{error.lineno}"
        own = {str(file) for file in self._modules.files}
        frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename in own]
        return f"{_shown(Path(frames[-1].filename))}:{frames[-1].lineno}" if frames else ""


def _import_installed(ref: PythonRef) -> ModuleType:
    assert ref.module is not None
    return importlib.import_module(ref.module)


def _reason(error: BaseException) -> str:
    # The place is told in the same way for all errors.
    return f"SyntaxError: {error.msg}" if isinstance(error, SyntaxError) else describe(error)


def _no_such(name: str, ref: PythonRef, owner: Any) -> Fault:
    where = getattr(owner, "__name__", type(owner).__name__)
    if isinstance(owner, ModuleType) and ref.file is not None:
        where = _shown(ref.file)
    public = [other for other in dir(owner) if not other.startswith("_")]
    similar = get_close_matches(name, public, n=1)
    return Fault(
        "import-failed",
        f"{where} has no {name!r}",
        hint=f"did you mean {similar[0]!r}?" if similar else "",
    )


def _shown(path: Path) -> str:
    """Returns a path as diagnostics show it: relative where it is below the working directory."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)

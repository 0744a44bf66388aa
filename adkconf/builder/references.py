"""From references to Python objects."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any

from adkconf.builder.imports import ProjectModules
from adkconf.builder.problems import (
    FILE_NOT_FOUND,
    IMPORT_FAILED,
    NAME_NOT_FOUND,
    Fault,
    KnownFault,
    describe,
)
from adkconf.config.reading.source import display_name
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section
from adkconf.config.suggestion import did_you_mean


class References:
    """Imports what the references of one build name; what a reference may name, config decides."""

    def __init__(self, modules: ProjectModules) -> None:
        self._modules = modules
        self._loaded: dict[str | Path, ModuleType | Fault] = {}
        self._told: set[str | Path] = set()

    def preload(self, refs: Iterable[PythonRef]) -> None:
        """Imports the modules of references, good or bad; this is what may take long."""
        for ref in refs:
            source = _source(ref)
            if source not in self._loaded:
                self._loaded[source] = self._import(ref)

    def peek(self, ref: PythonRef) -> Any:
        """Returns the object; None if there is none, which `load` will tell."""
        self.preload([ref])
        value: Any = self._loaded[_source(ref)]
        for name in ref.attribute.split("."):
            value = getattr(value, name, None)
        return value

    def beside(self, section: Section, name: str) -> Path:
        """Returns the path of a file, or of a directory, that a section names."""
        return Path(section.at.file).absolute().parent / name

    def load(self, ref: PythonRef) -> Any:
        """Returns the object.

        Raises:
            Fault: it cannot be imported, or does not exist.
            KnownFault: its module is broken, which has been told for another reference.
        """
        self.preload([ref])
        source = _source(ref)
        value: Any = self._loaded[source]
        if isinstance(value, Fault):
            if source in self._told:
                raise KnownFault
            self._told.add(source)
            raise value
        for name in ref.attribute.split("."):
            try:
                value = getattr(value, name)
            except AttributeError:
                raise _no_such(name, ref, value) from None
        return value

    def _import(self, ref: PythonRef) -> ModuleType | Fault:
        try:
            if ref.file is not None:
                return self._modules.import_file(ref.file, ref.module)
            return importlib.import_module(ref.module or ref.text)
        except (Exception, SystemExit) as error:  # a module may raise anything when it is imported
            return self._failed(ref, error)

    def _failed(self, ref: PythonRef, error: BaseException) -> Fault:
        what = display_name(ref.file) if ref.file else ref.module
        if ref.file is not None and not ref.file.is_file():
            return Fault(FILE_NOT_FOUND, f"there is no file {what}")
        if isinstance(error, ModuleNotFoundError) and f"{ref.module}.".startswith(f"{error.name}."):
            return Fault(
                IMPORT_FAILED,
                f"there is no module {what!r}",
                hint="install its package, or check the spelling",
            )
        where = self._raised_at(error)
        return Fault(
            IMPORT_FAILED,
            f"{what} cannot be imported: {_reason(error)}{f' ({where})' if where else ''}",
        )

    def _raised_at(self, error: BaseException) -> str:
        """Returns the last line of the project's own code that the error passed."""
        if isinstance(error, SyntaxError) and error.filename:
            return f"{display_name(Path(error.filename))}:{error.lineno}"
        own = {str(file) for file in self._modules.files}
        frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename in own]
        return f"{display_name(Path(frames[-1].filename))}:{frames[-1].lineno}" if frames else ""


def _source(ref: PythonRef) -> str | Path:
    return ref.file or ref.module or ref.text


def _reason(error: BaseException) -> str:
    # The place is told in the same way for all errors.
    return f"SyntaxError: {error.msg}" if isinstance(error, SyntaxError) else describe(error)


def _no_such(name: str, ref: PythonRef, owner: Any) -> Fault:
    where = getattr(owner, "__name__", type(owner).__name__)
    if isinstance(owner, ModuleType) and ref.file is not None:
        where = display_name(ref.file)
    public = [other for other in dir(owner) if not other.startswith("_")]
    return Fault(NAME_NOT_FOUND, f"{where} has no {name!r}", hint=did_you_mean(name, public))

"""The project's own Python files, imported anew for every build.

Python imports a module once per process. A served app is built again after each edit, while runs
of the old build go on. So a build starts from no project modules at all and puts what it imports
into `sys.modules`; what the build before it had there is taken out. Its functions and classes
live on: they hold their module's globals themselves. Installed packages are never touched.

Limits: an import statement inside a function finds the modules of the latest build, whenever it
runs. Modules are imported in a worker thread, so what belongs to a thread (a SQLite connection
without `check_same_thread=False`) must not be made at import. A project module cannot have the
name of an installed module that is imported already, or of the standard library; by its path
(`./file.py`) it can.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

# Which build's modules are in sys.modules is a fact of the whole process.
_lock = threading.RLock()
_active: ProjectModules | None = None


class ProjectModules:
    """The modules that one build imports from its project.

    `directories` are those of the app's file, the project's root, and of the files that it
    refers to. They are searched in order, like a script's own directory. A directory is also a
    package of its own name, as in google-adk, if nothing else has that name.
    """

    def __init__(self, directories: Sequence[Path]) -> None:
        self.directories = tuple(directories)
        self.files: set[Path] = set()
        self.names: set[str] = set()
        self._finder = _Finder(self)
        self._before: ProjectModules | None = None
        self._kept: dict[str, ModuleType] = {}

    def import_file(self, path: Path, name: str | None = None) -> ModuleType:
        """Imports a file, as the module that it is for the rest of the project if it is one.

        `name` is the dotted name under which it is known, if any.
        """
        self.files.add(path)
        with _lock:
            for parts in self._names_of(path, name):
                if self._leads_to(parts, path):
                    module = importlib.import_module(".".join(parts))
                    if module.__file__ == str(path):
                        return module
            return self._import_alone(path)

    def activate(self) -> None:
        """Takes the place of the build before; to be called before anything is imported."""
        global _active  # noqa: PLW0603 (see _lock)
        with _lock:
            importlib.invalidate_caches()
            self._before = _active
            if _active is not None:
                _active._leave()
            sys.meta_path.insert(0, self._finder)
            _active = self

    def withdraw(self) -> None:
        """Gives the place back to the build before, because this one failed."""
        global _active  # noqa: PLW0603 (see _lock)
        with _lock:
            if _active is not self:
                return
            self._leave()
            _active = self._before
            if _active is not None:
                sys.meta_path.insert(0, _active._finder)
                sys.modules.update(_active._kept)

    def settle(self) -> None:
        """Forgets the build before: this one stays."""
        self._before = None

    def _leave(self) -> None:
        found = {name: sys.modules.pop(name, None) for name in self.names}
        self._kept = {name: module for name, module in found.items() if module is not None}
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)

    def _names_of(self, path: Path, name: str | None) -> Iterator[list[str]]:
        """Yields the dotted names under which project code would import the file."""
        if name is not None:
            yield name.split(".")
        for directory in self.directories:
            if path.suffix == ".py" and path.is_relative_to(directory):
                parts = [*path.relative_to(directory).parts]
                if (directory / "__init__.py").is_file():
                    parts.insert(0, directory.name)
                parts[-1] = path.stem
                yield parts[:-1] if path.stem == "__init__" else parts

    def _leads_to(self, parts: list[str], path: Path) -> bool:
        """Tells whether importing that name would import that file."""
        if not parts or not all(part.isidentifier() for part in parts):
            return False
        if parts[0] in sys.modules and parts[0] not in self.names:
            return False
        spec = self._finder.find_spec(parts[0], None)
        if spec is None or spec.origin == str(path):
            return spec is not None
        inner = path.parent if path.stem == "__init__" else path.with_suffix("")
        places = [Path(place) for place in spec.submodule_search_locations or ()]
        return any(place.joinpath(*parts[1:]) == inner for place in places)

    def _import_alone(self, path: Path) -> ModuleType:
        digest = hashlib.sha256(str(path).encode()).hexdigest()[:8]
        name = f"adkconf_file_{digest}_{path.stem}"
        with _lock:
            if name in sys.modules:
                return sys.modules[name]
            spec = self.spec_of_file(name, path)
            module = sys.modules[name] = module_from_spec(spec)
            try:
                spec.loader.exec_module(module)  # type: ignore[union-attr]
            except BaseException:
                sys.modules.pop(name, None)
                raise
            return module

    def spec_of_file(
        self, name: str, path: Path, locations: Sequence[str] | None = None
    ) -> ModuleSpec:
        """Returns the spec that imports a file of the project under a name."""
        self.names.add(name)
        loader = _FreshLoader(name, str(path), self.files)
        spec = spec_from_file_location(
            name, path, loader=loader, submodule_search_locations=list(locations or ()) or None
        )
        assert spec is not None
        return spec


class _FreshLoader(SourceFileLoader):
    """Reads source only.

    Python's bytecode cache goes by size and second: two quick edits of the same size look alike.
    """

    def __init__(self, name: str, path: str, files: set[Path]) -> None:
        super().__init__(name, path)
        self._files = files

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        self._files.add(Path(path))
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


class _Finder(MetaPathFinder):
    """Finds the project's modules, whoever imports them."""

    def __init__(self, project: ProjectModules) -> None:
        self._project = project

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        parent = fullname.rpartition(".")[0]
        if parent:
            known = parent in self._project.names
            return self._own(PathFinder.find_spec(fullname, path)) if known else None
        if fullname in sys.stdlib_module_names:
            return None
        found = PathFinder.find_spec(fullname, [str(path) for path in self._project.directories])
        if found is not None and found.origin is not None:
            return self._own(found)
        if _found_elsewhere(fullname, self, target):
            return None
        return self._own(found) or self._directory(fullname)

    def _own(self, spec: ModuleSpec | None) -> ModuleSpec | None:
        """Makes a spec one of this build; extension modules stay Python's: they load once."""
        if spec is None:
            return None
        if isinstance(spec.loader, SourceFileLoader) and spec.origin is not None:
            return self._project.spec_of_file(
                spec.name, Path(spec.origin), spec.submodule_search_locations
            )
        if spec.origin is None:  # a directory without __init__.py
            self._project.names.add(spec.name)
        return spec

    def _directory(self, name: str) -> ModuleSpec | None:
        for directory in self._project.directories:
            if directory.name == name:
                return self._package(name, directory)
        return None

    def _package(self, name: str, directory: Path) -> ModuleSpec:
        if (init := directory / "__init__.py").is_file():
            return self._project.spec_of_file(name, init, [str(directory)])
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(directory)]
        self._project.names.add(name)
        return spec


def _found_elsewhere(name: str, finder: MetaPathFinder, target: ModuleType | None) -> bool:
    others: list[Any] = [other for other in sys.meta_path if other is not finder]
    return any(other.find_spec(name, None, target) is not None for other in others)

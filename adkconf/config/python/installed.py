"""Installed modules, looked at without importing them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules

from adkconf.config.python.source import PythonSource, parse_python
from adkconf.config.reading.source import Source, read_source
from adkconf.config.suggestion import nearest

# What adds names to a module in ways that reading it does not show.
_DYNAMIC = re.compile(r"\b(?:globals|vars|setattr|exec)\(|sys\.modules|def __getattr__\(")
_NEAR = 0.75


@dataclass(frozen=True)
class Lack:
    """Something that an installed module does not have, and what was probably meant.

    Without a `module` that lacks it, it is a module of its own that is not installed.
    """

    name: str
    module: str = ""
    meant: str = ""


class InstalledModules:
    """Knows what installed modules define; each is read once."""

    def __init__(self) -> None:
        self._read: dict[str, PythonSource | None] = {}

    def lack(self, module: str, attribute: str) -> Lack | None:
        """Returns what is certainly missing of `module:attribute`.

        Names inside a package count as missing only if one is spelt almost like them: modules can
        get names in ways that do not show.
        """
        top, *inner = module.split(".")
        try:
            spec = find_spec(top)
        # A module that is running has no spec.
        except ValueError:
            return None
        if spec is None:
            return Lack(top, meant=nearest(top, _top_level(), cutoff=_NEAR) or "")
        for part in inner:
            below = _below(spec, part)
            if below is None:
                return self._missing(spec, part)
            spec = below
        return self._missing(spec, attribute.partition(".")[0])

    @staticmethod
    def file_of(module: str) -> Path | None:
        """Returns the source of an installed module; None if it has none."""
        top, *inner = module.split(".")
        try:
            spec = find_spec(top)
        except ValueError:
            return None
        for part in inner:
            spec = _below(spec, part) if spec is not None else None
        origin = spec.origin if spec is not None else None
        return Path(origin) if origin and origin.endswith(".py") else None

    def _missing(self, spec: ModuleSpec, name: str) -> Lack | None:
        if _below(spec, name) is not None:
            return None
        source = self._source(spec)
        if source is None or name in source.definitions:
            return None
        known = [*source.definitions, *_submodules(spec)]
        meant = nearest(name, known, cutoff=_NEAR)
        return Lack(name, spec.name, meant) if meant else None

    def _source(self, spec: ModuleSpec) -> PythonSource | None:
        """Returns the definitions of a module if reading its file tells all of them."""
        origin = spec.origin or ""
        if origin not in self._read:
            self._read[origin] = _definitions(Path(origin)) if origin.endswith(".py") else None
        return self._read[origin]


def _definitions(file: Path) -> PythonSource | None:
    source = read_source(file)
    if not isinstance(source, Source) or _DYNAMIC.search(source.text):
        return None
    parsed = parse_python(source)
    return parsed if isinstance(parsed, PythonSource) and parsed.complete else None


@cache
def _top_level() -> list[str]:
    return [*sys.stdlib_module_names, *(module.name for module in iter_modules())]


def _locations(spec: ModuleSpec) -> Sequence[str]:
    return [path for path in spec.submodule_search_locations or () if os.path.isdir(path)]


def _below(spec: ModuleSpec, name: str) -> ModuleSpec | None:
    locations = _locations(spec)
    return PathFinder.find_spec(f"{spec.name}.{name}", locations) if locations else None


def _submodules(spec: ModuleSpec) -> list[str]:
    return [module.name for module in iter_modules(_locations(spec))]

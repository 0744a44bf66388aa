"""All built-in components, by family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from adkconf.config.spec.component import Catalog, Family

# The module of each family, and the name of its catalog there.
_HOMES: dict[Family, tuple[str, str]] = {
    "plugin": ("plugins", "PLUGINS"),
    "tool": ("tools", "TOOLS"),
    "model": ("models", "MODELS"),
    "planner": ("planners", "PLANNERS"),
    "code_executor": ("code_executors", "CODE_EXECUTORS"),
    "session": ("services", "SESSION_SERVICES"),
    "artifact": ("services", "ARTIFACT_SERVICES"),
    "memory": ("services", "MEMORY_SERVICES"),
    "credential": ("services", "CREDENTIAL_SERVICES"),
}


class _Catalogs(Mapping[Family, Catalog]):
    """Catalogs that are imported when they are asked for: an app has components of few families."""

    def __init__(self) -> None:
        # Python code of any kind; none is built in.
        self._read: dict[Family, Catalog] = {"code": Catalog("code")}

    def __getitem__(self, family: Family) -> Catalog:
        if family not in self._read:
            module, name = _HOMES[family]
            home = import_module(f"adkconf.config.catalog.{module}")
            self._read[family] = getattr(home, name)
        return self._read[family]

    def __iter__(self) -> Iterator[Family]:
        yield from _HOMES
        yield "code"

    def __len__(self) -> int:
        return len(_HOMES) + 1


CATALOGS: Mapping[Family, Catalog] = _Catalogs()

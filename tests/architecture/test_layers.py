"""Imports run one way, between the rooms and inside them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import adkconf

ROOT = Path(adkconf.__file__).parent

# Each room may import those before it in this list, and itself.
RUNTIME = {
    "agents",
    "apps",
    "artifacts",
    "auth",
    "code_executors",
    "events",
    "examples",
    "flows",
    "invocation",
    "memory",
    "models",
    "planners",
    "plugins",
    "runners",
    "sessions",
    "sql",
    "telemetry",
    "tools",
    "vertex",
    "workflow",
}
MAY_IMPORT = {
    "config": set(),
    **{room: RUNTIME for room in RUNTIME},
    "builder": RUNTIME | {"config"},
    "launch": RUNTIME | {"config", "builder"},
    "server": RUNTIME | {"config", "builder", "launch", "inspection"},
    "inspection": {"config"},
    "exchange": RUNTIME | {"config", "builder", "inspection"},
    "testing": RUNTIME | {"config", "builder"},
    "cli": RUNTIME | {"config", "builder", "launch", "server", "inspection", "exchange", "testing"},
    "__main__": {"cli"},
}
FOR_ALL = {"errors", "soundness", "_lazy", "_version"}

# Packages that only one place may import.
ONLY_IN = {
    "authlib": {"adkconf.auth.token_exchange"},
    "cryptography": {
        "adkconf.auth.credential_service.key_ring",
        "adkconf.server.access.jwt_verifier",
    },
    "jwt": {"adkconf.server.access.jwt_keys", "adkconf.server.access.jwt_verifier"},
    "sqlalchemy": {
        "adkconf.sql",
        "adkconf.sessions.sql",
        "adkconf.sessions.database_session_service",
        "adkconf.memory.sql",
        "adkconf.auth.credential_service.stored_credentials",
    },
    "starlette": {"adkconf.server"},
    "sse_starlette": {"adkconf.server"},
    "uvicorn": {"adkconf.server"},
    "click": {"adkconf.cli"},
    "watchfiles": {"adkconf.launch"},
    "yaml": {
        "adkconf.config",
        "adkconf.plugins.debug_logging_plugin",
        # The documents are YAML as often as JSON.
        "adkconf.tools.openapi_tool",
    },
    "opentelemetry": {
        "adkconf.telemetry",
        "adkconf.plugins.cloud_trace_plugin",
        "adkconf.server.observing.metrics",
    },
    "prometheus_client": {"adkconf.server.observing.metrics"},
    "jsonschema": {"adkconf.config", "adkconf.agents.json_schema"},
}
NEVER_IN_CONFIG = {"google", "sqlalchemy", "starlette", "uvicorn"}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def files() -> dict[str, Path]:
    """The modules of the package."""
    return {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}


@cache
def imports() -> dict[str, frozenset[str]]:
    """What each module imports; the trees are not kept, which are large."""
    return {module: frozenset(imported(path)) for module, path in files().items()}


def imported(file: Path) -> Iterator[str]:
    """Every imported module, also inside functions and for type checking only."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in files() else node.module


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "adkconf"


@cache
def allowed(importer: str) -> set[str]:
    """The rooms that a room may import."""
    return MAY_IMPORT.get(importer, set()) | FOR_ALL | {importer, "adkconf"}


def test_rooms_import_only_what_stands_before_them() -> None:
    wrong = {
        (module, name)
        for module, names in imports().items()
        if module != "adkconf"
        for name in names
        if name.split(".")[0] == "adkconf" and room(name) not in allowed(room(module))
    }
    assert not wrong


@pytest.mark.parametrize("package", ONLY_IN)
def test_packages_are_imported_where_they_belong(package: str) -> None:
    users = {
        module
        for module, names in imports().items()
        if any(name.split(".")[0] == package for name in names)
    }
    strangers = {
        user for user in users if not any(user.startswith(home) for home in ONLY_IN[package])
    }
    assert not strangers


def test_config_does_not_import_the_runtime_or_what_it_stands_on() -> None:
    wrong = {
        (module, name)
        for module, names in imports().items()
        if room(module) == "config"
        for name in names
        if name.split(".")[0] in NEVER_IN_CONFIG
    }
    assert not wrong


def test_there_is_no_cycle_of_any_kind() -> None:
    """Package faces are left out: they name everything and import it only when asked."""
    faces = {module_name(path) for path in ROOT.rglob("__init__.py")}
    graph = {
        module: {name for name in names if name in imports() and name not in faces}
        for module, names in imports().items()
        if module not in faces
    }
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path[path.index(module) :], module))
        if module not in done:
            for name in graph[module]:
                visit(name, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())

"""Components of installed packages.

They are entry points; those of plugins are in the group `adkconf.plugins`. They are looked up
only for names that are not built in, since the lookup reads the metadata of every package.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

_GROUPS = {
    "plugin": "adkconf.plugins",
    "tool": "adkconf.tools",
    "model": "adkconf.models",
    "planner": "adkconf.planners",
    "code_executor": "adkconf.code_executors",
    "session": "adkconf.session_services",
    "artifact": "adkconf.artifact_services",
    "memory": "adkconf.memory_services",
    "credential": "adkconf.credential_services",
}


@cache
def extensions(family: str) -> dict[str, EntryPoint]:
    """Returns the installed components of a family by their names."""
    group = _GROUPS.get(family)
    return {point.name: point for point in entry_points(group=group)} if group else {}


def extension_names(family: str) -> frozenset[str]:
    """Returns the names of a family's installed components."""
    return frozenset(extensions(family))


def extension_packages() -> frozenset[str]:
    """Returns the top-level packages that installed components come from."""
    points = (point for family in _GROUPS for point in extensions(family).values())
    return frozenset(point.module.partition(".")[0] for point in points)

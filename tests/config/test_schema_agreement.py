"""What the published schema says of an app and what the loader says are the same.

Not so where the schema cannot tell: `beyond` of the codes says what that is, and docs/errors.md.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from schema_instances import Instances

from adkconf.config import json_schema, load
from adkconf.config.codes.table import CODES

SHAPE = {code.id for code in CODES.values() if code.is_shape}
# The sentences of `beyond`, as the diagnostics put them.
BEYOND = re.compile(
    r"has no name|cannot have the mode|is no JSON schema|state_schema needs|runs have no option|"
    r"asks for no token|proves a token true|could be anybody's|the algorithm '.*' does not go|"
    r"there is no parameter|takes '|arguments are missing|it takes no arguments|"
    r"the user says nothing|a turn has '|is no regular expression"
)


def merged(below: Any, above: Any) -> Any:
    """Lays a profile over an app, as the language has it."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        below = {}
    result = dict(below)
    for key, value in above.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = merged(result.get(key), value)
        else:
            result[key] = value
    return result


def schema_accepts(validator: Any, app: dict[str, Any]) -> bool:
    profiles = app.get("profiles")
    if not validator.is_valid(app):
        return False
    apps = [merged(app, profile) for profile in (profiles or {}).values()]
    return all(validator.is_valid({**other, "profiles": {}}) for other in apps)


def loader_agrees(app: dict[str, Any], file: Path, *, accepted: bool) -> bool:
    file.write_text(json.dumps(app))
    diagnostics = load(file, environ={}).diagnostics
    found = [item for item in diagnostics if item.code in SHAPE]
    if not accepted:
        # What a file that cannot be read would bring is not missed beside it.
        return found != [] or any(item.path == "extends" for item in diagnostics)
    return all(BEYOND.search(item.message) or ".edges" in item.path for item in found)


def disagreements(count: int, seed: int, file: Path) -> tuple[list[Any], int]:
    """Returns where the two differ, and how many instances both accept."""
    schema = json_schema()
    validator = Draft202012Validator(schema)
    differing, accepted = [], 0
    for app in islice(Instances(schema, seed), count):
        verdict = schema_accepts(validator, app)
        accepted += verdict
        if not loader_agrees(app, file, accepted=verdict):
            differing.append((verdict, app))
    return differing, accepted


def test_schema_and_loader_agree_on_made_up_apps(tmp_path):
    differing, accepted = disagreements(120, 7, tmp_path / "app.yaml")
    assert differing == []
    assert 20 < accepted < 100


@pytest.mark.stress
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(4))
def test_schema_and_loader_agree_on_many_made_up_apps(seed, tmp_path):
    differing, accepted = disagreements(6000, seed, tmp_path / "app.yaml")
    assert differing == []
    assert accepted > 1000

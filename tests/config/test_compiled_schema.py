"""The quick check of an app's shape and jsonschema's say the same."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from schema_instances import Instances

from adkconf.config.checking.compiled import CompiledSchema, fits
from adkconf.config.checking.outline import Outline
from adkconf.config.checking.validator import find_errors
from adkconf.config.schema.generate import checking_schema

CASES = sorted((Path(__file__).parent.parent / "cases").rglob("*.yaml"))


def compiled(schema: dict[str, Any]) -> CompiledSchema:
    return CompiledSchema(Outline({"$defs": {}, **schema}))


def disagreements(count: int, seed: int) -> tuple[list[Any], int]:
    """Returns the made-up apps that the two differ about, and how many both accept."""
    differing, accepted = [], 0
    for app in islice(Instances(checking_schema(), seed), count):
        verdict = fits(app)
        accepted += verdict
        if verdict != (find_errors(app) == []):
            differing.append(app)
    return differing, accepted


def test_made_up_apps_fit_for_both_or_for_neither():
    differing, accepted = disagreements(300, 3)
    assert differing == []
    assert 60 < accepted < 240


@pytest.mark.stress
@pytest.mark.timeout(1800)
def test_many_made_up_apps_fit_for_both_or_for_neither():
    assert disagreements(20_000, 4)[0] == []


def test_all_cases_fit_for_both_or_for_neither():
    verdicts = []
    for file in CASES:
        try:
            data = yaml.safe_load(file.read_text())
            json.dumps(data)
        except (yaml.YAMLError, TypeError, ValueError):
            continue
        if isinstance(data, dict) and all(isinstance(key, str) for key in data):
            verdicts.append(fits(data))
            assert verdicts[-1] == (find_errors(data) == []), file
    assert verdicts.count(True) > 10
    assert verdicts.count(False) > 20


def test_every_part_of_the_schema_is_understood():
    parts = compiled(checking_schema())
    pending = [checking_schema()]
    while pending:
        part = pending.pop()
        parts.function(part)
        for keyword, below in part.items():
            if keyword in ("properties", "patternProperties", "$defs", "dependentSchemas"):
                pending += below.values()
            elif keyword in ("anyOf", "allOf"):
                pending += below
            elif isinstance(below, dict) and keyword not in ("default", "dependentRequired"):
                pending.append(below)
    assert parts.accepts({"name": "a", "root_agent": {"name": "a", "model": "echo"}})


@pytest.mark.parametrize("schema", [{"format": "uri"}, {"const": [1]}, {"else": {}}])
def test_what_is_not_understood_is_refused(schema):
    with pytest.raises(NotImplementedError):
        compiled(schema).accepts("a")


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        ({"enum": [1]}, 1.0, True),
        ({"const": True}, True, 1),
        ({"type": "integer"}, 2.0, 2.5),
        ({"type": "number"}, 1, False),
        ({"type": "string", "pattern": "^a"}, "ab", "a" * 2000),
        ({"exclusiveMinimum": 0}, "text", 0),
        ({"minLength": 1}, [], ""),
        ({"items": {"type": "null"}}, [None], [None, 1]),
        ({"dependentRequired": {"a": ["b"]}}, {"b": 1}, {"a": 1}),
        (
            {"dependentSchemas": {"a": {"properties": {"b": {"not": {}}}}}},
            {"a": 1},
            {"a": 1, "b": 2},
        ),
        ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"c": 1}, {"a": 1}),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, 2, 3),
        ({"patternProperties": {"^x-": {}}, "additionalProperties": False}, {"x-a": 1}, {"y": 1}),
    ],
)
def test_each_keyword_tells_right_from_wrong(schema, right, wrong):
    assert compiled(schema).accepts(right)
    assert not compiled(schema).accepts(wrong)

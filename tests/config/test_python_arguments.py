"""Arguments of Python objects are checked against their code, which is never run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adkconf.config import load

PYTHON = """
import enum
import typing as t
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Optional

from pydantic import BaseModel, BeforeValidator, Field, field_validator

from adkconf.agents import BaseAgent
from adkconf.models import BaseLlm
from adkconf.plugins import BasePlugin
from elsewhere import Other

raise RuntimeError("this is never run")

Mode = Literal["fast", "slow"]

class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"

@dataclass
class Limits:
    calls: int
    names: list[str] = field(default_factory=list)

class Audit(BasePlugin):
    def __init__(
        self,
        level: Level = Level.LOW,
        *,
        mode: Mode = "fast",
        count: int = 3,
        share: "float | None" = None,
        path: Optional[Path] = None,
        limits: Limits | None = None,
        table: t.Dict[str, list[int]] = {},
        point: tuple[int, str] = (0, ""),
        flag: bool = False,
        free: Annotated[int, BeforeValidator(len)] = 0,
        other: Other = None,
        api_key: int = 0,
    ) -> None:
        super().__init__("audit")

class Heir(Audit): ...

class Settings(BaseModel):
    host: str
    port: int = Field(default=80, ge=1, description="Where.")
    _hidden: int = 0

class Lenient(BaseModel):
    port: int

    @field_validator("port", mode="before")
    def read(cls, value): ...

class Plain(BasePlugin): ...

class Model(BaseLlm):
    temperature: float = 0.5

class Agent(BaseAgent):
    rounds: int = 1

def make(size: int, **options: str) -> Audit: ...
"""


@pytest.fixture
def found(tmp_path: Path):
    """Returns the texts at which arguments are wrong, with what is said of them."""
    (tmp_path / "p.py").write_text(PYTHON)

    def check(plugin: str, **app: Any) -> list[tuple[str, str, str]]:
        lines = ["name: a", "plugins:", *f"  - {plugin}".splitlines()]
        lines += [f"{key}: {json.dumps(value)}" for key, value in app.items()]
        lines += [] if "root_agent" in app else ["root_agent: {model: echo}"]
        file = tmp_path / "app.yaml"
        file.write_text("\n".join(lines))
        told = []
        for item in load(file, environ={"COUNT": "5", "WORD": "word"}).diagnostics:
            assert item.code == "E505", item
            text = lines[item.line - 1][item.column - 1 : item.end_column - 1]
            told.append((text, item.message, item.hint))
        return told

    return check


@pytest.mark.parametrize(
    "args",
    [
        "level: high, mode: slow, count: 3, share: 1, path: a/b, flag: true",
        "count: 3.0, share: null, limits: {calls: 1, names: [a]}, table: {a: [1]}",
        "point: [1, a], free: anything, other: {of: any}",
    ],
)
def test_arguments_that_fit_are_accepted(found, args: str):
    assert found(f"./p.py:Audit: {{{args}}}") == []


def test_what_variables_hold_is_read_as_the_annotation_says(found):
    values = ["count: ${COUNT}", "share: ${COUNT}", "mode: fa${EMPTY:-}st", "flag: ${NO:-true}"]
    assert found("\n      ".join(["./p.py:Audit:", *values])) == []
    assert found("./p.py:Audit: {count: '${COUNT}'}")[0][0] == "'${COUNT}'"


@pytest.mark.parametrize(
    ("args", "place", "message", "hint"),
    [
        ("level: lw", "lw", "'level' takes 'Level', not 'lw'", "did you mean 'low'?"),
        ("mode: 3", "3", "'mode' takes 'Mode', not 3", "expected 'fast' or 'slow'"),
        ("count: many", "many", "'count' takes 'int', not 'many'", ""),
        ("count: true", "true", "'count' takes 'int', not true", ""),
        ("share: x", "x", "'share' takes 'float | None', not 'x'", ""),
        ("path: 3", "3", "'path' takes 'Optional[Path]', not 3", ""),
        (
            "limits: {calls: no}",
            "no",
            "'limits' takes 'Limits | None'; 'limits.calls' is 'no'",
            "",
        ),
        (
            "limits: {names: []}",
            "{names: []}",
            "'limits' takes 'Limits | None', not a mapping",
            "there is no 'calls' in it",
        ),
        (
            "table: {a: [1, x]}",
            "x",
            "'table' takes 't.Dict[str, list[int]]'; 'table.a[1]' is 'x'",
            "",
        ),
        ("point: [1, 2]", "2", "'point' takes 'tuple[int, str]'; 'point[1]' is 2", ""),
        ("cuont: 3", "cuont", "there is no parameter 'cuont'", "did you mean 'count'?"),
    ],
)
def test_argument_that_does_not_fit_is_told_where_it_is(found, args, place, message, hint):
    for name in ("Audit", "Heir"):
        assert found(f"./p.py:{name}: {{{args}}}") == [(place, f"{name!r}: {message}", hint)]


def test_code_that_no_person_writes_is_left_to_building(found, tmp_path):
    deep = " | ".join(["int"] * 900)
    (tmp_path / "deep.py").write_text(
        f"from {'x' * 300} import Y\nclass Z(Y): ...\n"
        f"def make(a: {deep}): ...\nclass A(B): ...\nclass B(A): ...\n"
    )
    for name in ("make", "A", "Z"):
        assert found(f"./deep.py:{name}: {{a: x}}") == []


def test_what_a_variable_holds_and_what_is_secret_is_not_shown(found):
    for args in ("count: ${WORD}", "count: '${WORD}'", "api_key: hush"):
        ((_, message, _),) = found(f"./p.py:Audit:\n      {args}")
        assert message.endswith("not the value that is there")


def test_single_value_goes_to_the_first_parameter(found):
    assert found("./p.py:Audit: high") == []
    assert found("./p.py:Audit: 3")[0][:2] == ("3", "'Audit': 'level' takes 'Level', not 3")


def test_fields_of_pydantic_classes_are_parameters(found):
    assert found("./p.py:Settings: {host: a, port: 5}") == []
    assert found("./p.py:Lenient: {port: '5'}") == []
    wrong = found("./p.py:Settings: {port: 0, _hidden: 1}")
    assert [text for text, *_ in wrong] == ["./p.py:Settings", "0", "_hidden"]


def test_constructor_of_an_installed_base_counts(found):
    assert found("./p.py:Plain") == [("./p.py:Plain", "'Plain': arguments are missing: name", "")]
    assert found("./p.py:Plain: {name: 3}")[0][0] == "3"


def test_models_agents_and_factories_are_checked_too(found):
    assert found("./p.py:make: {size: 1, color: red}") == []
    assert found("./p.py:make: {size: x}")[0][1] == "'make': 'size' takes 'int', not 'x'"
    models = {"m": {"./p.py:Model": {"model": "x", "temperature": "hot"}}}
    assert (
        found("logging", models=models)[0][1] == "'Model': 'temperature' takes 'float', not 'hot'"
    )
    agent = {"agent_class": "./p.py:Agent", "name": "x", "rounds": "two"}
    assert found("logging", root_agent=agent)[0][1] == "'Agent': 'rounds' takes 'int', not 'two'"


def test_tools_in_the_long_form_are_checked_at_their_arguments(found):
    agent = {"model": "echo", "tools": [{"name": "./p.py:make", "args": {"size": []}}]}
    assert found("logging", root_agent=agent)[0][0] == "[]"

"""Diagnostics as text and for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import adkconf.config
from adkconf.config import Span, diagnostic, render
from adkconf.config.codes.table import CODES
from adkconf.config.secret_text import starred

FOUND = diagnostic(
    Span("a.yaml", 2, 3, 2, 7),
    "E201",
    "unknown key 'nmae'",
    hint="did you mean 'name'?",
    path="nmae",
)
SOURCES = {"a.yaml": "x: 1\n  nmae: y\n"}


def test_text_shows_the_line_with_carets():
    assert render([FOUND], sources=SOURCES) == (
        "error[E201]: unknown key 'nmae'\n"
        " --> a.yaml:2:3\n"
        "  |\n"
        "2 |   nmae: y\n"
        "  |   ^^^^\n"
        "  = help: did you mean 'name'?\n"
    )


def test_carets_stand_below_wide_characters_and_tabs():
    found = diagnostic(Span("a.yaml", 1, 3, 1, 5), "E201", "here")
    text = render([found], sources={"a.yaml": "\t日本x\n"})
    assert text.splitlines()[-2:] == ["1 |     日本x", "  |       ^^^"]


def test_colour_is_only_on_request():
    assert "\x1b" not in render([FOUND], sources=SOURCES)
    assert "\x1b[1;31m" in render([FOUND], sources=SOURCES, color=True)


def test_text_cannot_steer_the_terminal():
    evil = diagnostic(Span("\x1b]0;a\x07"), "E101", "bad \x1b[2J")
    assert "\x1b" not in render([evil], sources={})


def test_json_has_exactly_the_promised_fields():
    (row,) = json.loads(render([FOUND], "json"))
    assert list(row) == [
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "severity",
        "code",
        "path",
        "message",
        "hint",
    ]
    assert json.loads(render([], "json")) == []


def test_annotations_cannot_be_forged():
    evil = diagnostic(Span("a,b:c\n::error::x", 1, 1, 1, 2), "E201", "x\r\n::error::y%")
    (line,) = render([evil], "github").splitlines()
    assert line == (
        "::error file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ax,line=1,endLine=1,col=1,endColumn=2,"
        "title=E201::x%0D%0A::error::y%25"
    )


def test_codes_are_explained():
    assert all(code.title and code.cause and code.example and code.fix for code in CODES.values())


def test_every_code_in_use_is_explained():
    package = Path(adkconf.config.__file__).parent
    used = {
        code
        for file in package.rglob("*.py")
        if file.name != "codes.py"
        for code in re.findall(r'"(E\d{3})"', file.read_text(encoding="utf-8"))
    }
    assert used <= CODES.keys()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('auth: {bearer: ["hunter2", "${X}", ${Y}]}, port: 8', None),
        ("bearer: hunter2", "bearer: *******"),
        ("X-Api-Key: {a: [hunter2], b: 'hunter2'}, c: 1", None),
        ("session: mysql://u:hunter2@h/d?token=hunter2&a=b", None),
        ("token: ${A:-hunter2}", None),
        ('api_key: "hunter2', 'api_key: "*******'),
        ("output_key: answer", "output_key: answer"),
        ("max_tokens: 5", "max_tokens: 5"),
        ("token: ${API_TOKEN:?}", "token: ${API_TOKEN:?}"),
    ],
)
def test_lines_are_shown_with_stars_for_secrets(line, shown):
    assert "hunter2" not in starred(line)
    assert len(starred(line)) == len(line)
    assert shown in (None, starred(line))

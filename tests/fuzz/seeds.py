"""What fuzzed inputs are made of: the suite's own files, and the words of the language."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from adkconf.config import json_schema
from adkconf.config.catalog.families import CATALOGS

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases"
PATTERNS = ("examples/*/app.yaml", "tests/cases/*/*.yaml", "tests/cases/*/files/*.yaml")

# What parsers and checks are known to trip over.
TOKENS = (
    *("${", "}", "${A:-", "${A:?", "${file:", "$$", "${A}", "{{", "{a}", "{a?}", "{artifact.x}"),
    *("&a ", "*a", "<<: *a", "!!str ", "!x ", "|\n", ">-\n", "- ", "? ", ": ", ",", "#", "%", "@"),
    *("---\n", "...\n", "%YAML 1.2\n", "\t", "\r", "\r\n", "\n\n", '"', "'", "\\", "\\x", "\\u"),
    *("\\ud800", "\0", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "\u202e", "é", "🦊", "İ"),
    *("null", "~", "true", "no", ".nan", "-.inf", "1e999", "9" * 30, "0x1", "-0", "1_0", "٣"),
    *("[", "]", "{", "}", "[]", "{}", "[[", "{{}", "x" * 300, "a.b:c", "./a.py:b", "::", "://"),
    *("/", "..", "/dev/zero", "*", "**", "[!", "a.*", "START", "__DEFAULT__", "app.yaml"),
)


@cache
def texts() -> tuple[bytes, ...]:
    """Returns the files to start from, the short ones first."""
    files = [file for pattern in PATTERNS for file in ROOT.glob(pattern)]
    return tuple(sorted({file.read_bytes() for file in files}, key=lambda text: (len(text), text)))


@cache
def trees() -> tuple[dict[str, Any], ...]:
    """Returns what the files hold, as far as they hold a mapping."""
    found = []
    for text in texts():
        try:
            tree = yaml.load(text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            continue
        if isinstance(tree, dict):
            found.append(tree)
    return tuple(found)


@cache
def words() -> tuple[str, ...]:
    """Returns keys, names and choices of the language."""
    builtins = {name for catalog in CATALOGS.values() for name in catalog.builtins}
    return tuple(sorted(builtins | set(_words(json_schema()))))


def _words(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return {word for item in schema for word in _words(item)}
    if not isinstance(schema, dict):
        return set()
    found = {word for below in schema.values() for word in _words(below)}
    found |= set(schema.get("properties") or ())
    return found | {word for word in schema.get("enum") or () if isinstance(word, str)}


def lay_out(directory: Path) -> None:
    """Puts the files that the seeds refer to into a directory."""
    for source in (CASES / "invalid" / "files", CASES / "valid" / "files"):
        shutil.copytree(source, directory / "files", dirs_exist_ok=True)
    for example in sorted((ROOT / "examples").iterdir()):
        kept = shutil.ignore_patterns("app.yaml", "*.db", "__pycache__")
        if example.is_dir():
            shutil.copytree(example, directory, dirs_exist_ok=True, ignore=kept)

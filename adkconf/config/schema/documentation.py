"""Reads the texts below fields of spec classes: their documentation."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from pathlib import Path

from adkconf.config.python.documentation import field_texts
from adkconf.config.spec.section import Section


def field_documents(section: type[Section]) -> dict[str, str]:
    """Returns what is written below each field of a class and of those that it extends."""
    documents: dict[str, str] = {}
    for cls in reversed(section.__mro__):
        if issubclass(cls, Section) and cls is not Section:
            documents |= _documents_of_file(inspect.getfile(cls)).get(cls.__name__, {})
    return documents


@cache
def _documents_of_file(file: str) -> dict[str, dict[str, str]]:
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    return {node.name: field_texts(node) for node in tree.body if isinstance(node, ast.ClassDef)}

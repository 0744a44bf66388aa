"""Reads the texts below fields of spec classes: their documentation."""

from __future__ import annotations

import ast
import inspect
import textwrap

from adkconf.config.python.documentation import field_texts
from adkconf.config.spec.section import Section


def field_documents(section: type[Section]) -> dict[str, str]:
    """Returns what is written below each field of a class and of those that it extends."""
    documents: dict[str, str] = {}
    for cls in reversed(section.__mro__):
        if issubclass(cls, Section) and cls is not Section:
            documents |= _own_documents(cls)
    return documents


def _own_documents(cls: type[Section]) -> dict[str, str]:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(tree, ast.ClassDef)
    return field_texts(tree)

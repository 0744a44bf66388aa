"""What the texts of Python code say about it."""

from __future__ import annotations

import ast
from contextlib import suppress
from dataclasses import dataclass, field

from adkconf.config.python.source import Definition


@dataclass(frozen=True)
class Documents:
    """What something is, in a sentence or more, and what its parameters are."""

    summary: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def read_documents(definition: Definition) -> Documents:
    """Reads the docstring of a class or function; of a class, its constructor's too."""
    # Only the schema of a project needs it.
    from docstring_parser import Docstring, ParseError, parse

    node = definition.node
    if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return Documents()
    nodes: list[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef] = [node]
    constructor = definition.members.get("__init__")
    if constructor is not None and isinstance(constructor.node, ast.FunctionDef):
        nodes.append(constructor.node)
    parsed: list[Docstring] = []
    for item in nodes:
        # What is in none of the usual styles says nothing of parameters.
        with suppress(ParseError):
            parsed.append(parse(ast.get_docstring(item) or ""))
    if not parsed:
        return Documents()
    return Documents(
        (parsed[0].description or "").strip(),
        {item.arg_name: item.description or "" for doc in parsed for item in doc.params},
    )


def field_texts(node: ast.ClassDef) -> dict[str, str]:
    """Returns what is written below each field of a class."""
    texts = {}
    for item, text in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(item, ast.AnnAssign)
            and isinstance(item.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            texts[item.target.id] = " ".join(str(text.value.value).split())
    return texts

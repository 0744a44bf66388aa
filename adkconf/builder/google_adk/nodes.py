"""Nodes of google-adk's workflows."""

from __future__ import annotations

import inspect
from typing import Any

from google.adk.workflow import BaseNode
from google.adk.workflow.utils import _workflow_graph_utils as adk

from adkconf.builder.problems import NOT_SUPPORTED, Fault

_OPTIONS = inspect.signature(adk.build_node).parameters


def build_node(item: Any, **fields: Any) -> BaseNode:
    """Returns a node of a node, an agent, a tool or a function, with `fields` as its own.

    Raises:
        Fault: nodes of google-adk's have no such field.
    """
    node = adk.build_node(item, **{name: fields.pop(name) for name in fields.keys() & _OPTIONS})
    for name in fields.keys() - type(node).model_fields.keys():
        kind = type(node).__name__
        raise Fault(NOT_SUPPORTED, f"google-adk has no {name!r} of a {kind}", steps=(name,))
    return node.model_copy(update=fields) if fields else node

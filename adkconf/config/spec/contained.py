"""What stands inside of a part of the spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section


def references_in(value: Any) -> Iterator[PythonRef]:
    """Yields all references to Python at and below a part of the spec."""
    if isinstance(value, PythonRef):
        yield value
    elif isinstance(value, Section):
        for name in type(value).model_fields:
            yield from references_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references_in(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from references_in(item)


def sections_in(value: Any) -> Iterator[Section]:
    """Yields all parts of the spec at and below a part of it."""
    if isinstance(value, Section):
        yield value
        for name in type(value).model_fields:
            yield from sections_in(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from sections_in(item)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from sections_in(item)

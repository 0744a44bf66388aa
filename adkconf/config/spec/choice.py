"""Classes of the spec that are built when the first value of them is met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import GetCoreSchemaHandler, Tag, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from adkconf.config.spec.section import Section


class OneOf:
    """Marks a union of classes with tags; `kind` tells the tag of what is written.

    Like pydantic's `Discriminator`, but each class is built when the first value of its kind is
    met: an app has few kinds, and to build them all takes longer than the rest of its check.
    """

    def __init__(self, kind: Callable[[Any], str]) -> None:
        self._kind = kind

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Returns the schema of a field of this kind."""
        classes = _classes_by_tag(source)

        def read(data: Any, info: ValidationInfo) -> Section:
            return classes[self._kind(data)].model_validate(data, context=info.context)

        return core_schema.with_info_plain_validator_function(read)


class Late:
    """Marks a class that few apps have values of: it is built when the first one is met."""

    def __get_pydantic_core_schema__(
        self, source: type[Section], _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Returns the schema of a field of this kind."""

        def read(data: Any, info: ValidationInfo) -> Section:
            return source.model_validate(data, context=info.context)

        return core_schema.with_info_plain_validator_function(read)


def _classes_by_tag(union: Any) -> Mapping[str, type[Section]]:
    branches = [get_args(branch) for branch in get_args(union)]
    return {
        mark.tag: section for section, *marks in branches for mark in marks if isinstance(mark, Tag)
    }

"""Gives values of variables and of the command line the type that their key takes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from adkconf.config.checking.outline import ALL_TYPES, Outline, kinds_of
from adkconf.config.located import LocatedText, LooseText
from adkconf.config.reading.scalars import InexactNumberError, resolve_plain
from adkconf.config.schema.forms import Schema


def settle_types(data: Any, schema: Schema, outline: Outline) -> None:
    """Replaces loose texts below `data` by values of the types that the schema asks for."""
    for step, below in list(outline.below(schema, data)):
        value = data[step]
        if isinstance(value, LooseText):
            types = outline.types(below)
            # Without a type to go by, a text stays what it is.
            if types != ALL_TYPES:
                data[step] = settled(value, types)
        else:
            settle_types(value, below, outline)


def settled(text: LooseText, types: Collection[str]) -> Any:
    """Returns what a loose text says, if that is of one of the types; else the text."""
    as_text = LocatedText.of(str(text), text.at, text.path)
    if "string" in types:
        return as_text
    try:
        value = resolve_plain(str(text))
    except InexactNumberError:
        return as_text
    return value if kinds_of(value) & set(types) else as_text

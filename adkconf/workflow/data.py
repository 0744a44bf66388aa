"""Data between nodes: read from contents, checked against schemas, made plain."""

from __future__ import annotations

import json
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from google.genai import types
from pydantic import BaseModel, TypeAdapter


def fit(schema: Any, data: Any) -> Any:
    """Returns data checked against a schema, as plain data.

    JSON schemas describe and are not enforced. A content counts as its text, or as the JSON in it.

    Raises:
        pydantic.ValidationError: it does not fit.
    """
    if data is None or schema is None or isinstance(schema, (dict, types.Schema)):
        return data
    return as_plain(TypeAdapter(schema).validate_python(unwrap(data, schema)), exclude_none=True)


def unwrap(data: Any, hint: Any) -> Any:
    """Returns what a parameter of type `hint` takes from a content; other data as they are."""
    if not isinstance(data, types.Content) or _takes_content(hint):
        return data
    text = text_of(data)
    if _takes_text(hint):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def text_of(content: types.Content) -> str:
    """Returns the text of a content, without thoughts."""
    return "".join(p.text for p in content.parts or () if p.text and not p.thought)


def as_plain(data: Any, *, exclude_none: bool = False) -> Any:
    """Returns data with models turned into dicts, inside lists and dicts too."""
    if isinstance(data, types.Content):
        return data
    if isinstance(data, BaseModel):
        return data.model_dump(exclude_none=exclude_none)
    if isinstance(data, list):
        return [as_plain(item, exclude_none=exclude_none) for item in data]
    if isinstance(data, dict):
        return {key: as_plain(item, exclude_none=exclude_none) for key, item in data.items()}
    return data


def as_prompt(data: Any) -> types.Content | None:
    """Returns a node's input as a user's message for a model."""
    if data is None:
        return None
    if isinstance(data, types.Content):
        return data.model_copy(update={"role": "user"})
    text = data if isinstance(data, str) else json.dumps(as_plain(data), default=str)
    return types.Content(role="user", parts=[types.Part(text=text)])


def _takes_content(hint: Any) -> bool:
    hint = _bare(hint)
    if hint in (Any, object, None, types.Content):
        return True
    return _is_union(hint) and any(_takes_content(item) for item in get_args(hint) if item)


def _takes_text(hint: Any) -> bool:
    hint = _bare(hint)
    if _is_union(hint):
        return all(_takes_text(item) or item is type(None) for item in get_args(hint))
    return hint is str


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint

"""What a live answer stands on, which comes in pieces."""

from __future__ import annotations

from typing import Any

from google.genai import types


def join_grounding(
    known: types.GroundingMetadata | None, new: types.GroundingMetadata | None
) -> types.GroundingMetadata | None:
    """Returns both as one: lists are continued, other values are replaced."""
    if known is None or new is None:
        return known or new
    joined = known.model_dump(exclude_none=True)
    offset = len(joined.get("grounding_chunks", ()))
    for name, value in new.model_dump(exclude_none=True).items():
        if not isinstance(value, list):
            joined[name] = value
        elif name == "grounding_supports":
            joined[name] = [*joined.get(name, ()), *(_moved(item, offset) for item in value)]
        elif name == "grounding_chunks":
            joined[name] = [*joined.get(name, ()), *value]
        else:
            before = joined.get(name, [])
            joined[name] = [*before, *(item for item in value if item not in before)]
    return types.GroundingMetadata(**joined)


def _moved(support: dict[str, Any], offset: int) -> dict[str, Any]:
    """Returns a support whose numbers of chunks count from behind those known already."""
    indices = support.get("grounding_chunk_indices") or ()
    return {**support, "grounding_chunk_indices": [index + offset for index in indices]}

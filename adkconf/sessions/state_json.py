"""Values of a state in the form that stores keep."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import PydanticSerializationError, to_jsonable_python

from adkconf.errors import InputValidationError


def json_value(key: str, value: Any) -> Any:
    """Returns a state value in its JSON form: models become dicts, tuples lists, and so on.

    Raises:
        InputValidationError: it has none.
    """
    try:
        plain = to_jsonable_python(value, bytes_mode="base64")
        json.dumps(plain, allow_nan=False)
    except (PydanticSerializationError, ValueError, RecursionError) as error:
        raise InputValidationError(
            f"state key {key!r} holds a {type(value).__name__} that JSON cannot carry: {error}"
        ) from error
    return plain

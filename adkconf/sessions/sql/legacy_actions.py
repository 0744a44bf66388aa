"""Reads the pickled actions of schema 0 as plain data; nothing that is pickled is ever called."""

from __future__ import annotations

import datetime
import decimal
import io
import pathlib
import pickle
import uuid
from collections import OrderedDict
from typing import Any, NoReturn

from adkconf.errors import ServiceError

# Whose classes the actions of an event are made of.
_PACKAGES = ("google.adk.", "google.genai.", "fastapi.openapi.models")
_PLAIN: dict[tuple[str, str], Any] = {
    **{("builtins", kind.__name__): kind for kind in (set, frozenset, bytearray, complex)},
    **{
        ("datetime", kind.__name__): kind
        for kind in (
            datetime.date,
            datetime.datetime,
            datetime.time,
            datetime.timedelta,
            datetime.timezone,
        )
    },
    ("collections", "OrderedDict"): OrderedDict,
    ("decimal", "Decimal"): decimal.Decimal,
    ("uuid", "UUID"): uuid.UUID,
    ("pathlib", "PosixPath"): pathlib.PurePosixPath,
    ("pathlib", "PurePosixPath"): pathlib.PurePosixPath,
    ("pathlib", "WindowsPath"): pathlib.PureWindowsPath,
    ("pathlib", "PureWindowsPath"): pathlib.PureWindowsPath,
}


class _Record:
    """Stands for any model of these packages, and for the values of their enums."""

    fields: dict[str, Any]

    def __new__(cls, *value: Any) -> Any:
        if value:
            return value[0]  # a member of an enum is pickled as its value
        record = super().__new__(cls)
        record.fields = {}
        return record

    def __setstate__(self, state: Any) -> None:
        """Takes what pydantic stores: the fields are one of its parts."""
        self.fields = state["__dict__"]


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return _PLAIN[module, name]
        if module.startswith(_PACKAGES) and "." not in name:
            return _Record
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an event's actions")

    def persistent_load(self, pid: Any) -> NoReturn:
        raise pickle.UnpicklingError(f"an outside object {pid!r} is no part of an event's actions")


def read_actions(pickled: bytes) -> dict[str, Any]:
    """Returns the fields of an event's actions, without those that are None.

    Raises:
        ServiceError: there is something else in it.
    """
    try:
        actions = _plain(_PlainUnpickler(io.BytesIO(pickled)).load())
    # Bytes that are no pickle make it raise almost anything.
    except Exception as error:
        raise ServiceError(f"pickled actions cannot be read: {error}") from error
    if not isinstance(actions, dict):
        raise ServiceError("pickled actions are no actions of an event")
    return actions


def _plain(value: Any) -> Any:
    if isinstance(value, _Record):
        return {name: _plain(item) for name, item in value.fields.items() if item is not None}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value

"""A list of contents that may be shown to callbacks although its items are shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, SupportsIndex, overload

from google.genai import types


class SharedContents(list[types.Content]):
    """Copies an item the moment somebody looks at it.

    Contents belong to the session's log and to later requests. Callbacks may change what they
    are given; copying only what they look at keeps a request's cost independent of the history.
    """

    def __init__(self, contents: list[types.Content]) -> None:
        super().__init__(contents)
        self._own: set[int] = set()

    def settled(self) -> list[types.Content]:
        """Returns a plain list of the items as they are now."""
        return list(super().__iter__())

    def _owned(self, content: types.Content) -> types.Content:
        if id(content) in self._own:
            return content
        copy = content.model_copy(deep=True)
        self._own.add(id(copy))
        return copy

    @overload
    def __getitem__(self, index: SupportsIndex) -> types.Content: ...
    @overload
    def __getitem__(self, index: slice) -> list[types.Content]: ...
    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        content = self._owned(super().__getitem__(index))
        super().__setitem__(index, content)
        return content

    def __iter__(self) -> Iterator[types.Content]:
        index = 0
        while index < len(self):
            yield self[index]
            index += 1

    def __reversed__(self) -> Iterator[types.Content]:
        return (self[index] for index in range(len(self) - 1, -1, -1))

    def pop(self, index: SupportsIndex = -1) -> types.Content:
        """Removes an item and returns a copy of it."""
        return self._owned(super().pop(index))

    def copy(self) -> list[types.Content]:
        """Returns a plain list of copies."""
        return list(self)

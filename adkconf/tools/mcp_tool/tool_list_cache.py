"""The tools that servers have told, so that they are not asked again and again."""

from __future__ import annotations

from time import monotonic

from adkconf.tools.mcp_tool.sdk import Tool

# As many runs, or sets of headers, are remembered.
_MOST = 64


class ToolListCache:
    """Remembers a list for `seconds`, or for the length of a run if that is None."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._lists: dict[tuple[str, str], tuple[float, list[Tool]]] = {}

    def get(self, key: str, run: str | None) -> list[Tool] | None:
        """Returns the list for a connection's key in a run; None if it is not known."""
        until, tools = self._lists.get(self._place(key, run), (0.0, []))
        return tools if until > monotonic() else None

    def put(self, key: str, run: str | None, tools: list[Tool]) -> None:
        """Remembers a list."""
        if self._seconds is None and run is None:
            return
        place = self._place(key, run)
        self._lists.pop(place, None)
        until = float("inf") if self._seconds is None else monotonic() + self._seconds
        self._lists[place] = (until, tools)
        while len(self._lists) > _MOST:
            del self._lists[next(iter(self._lists))]

    def clear(self) -> None:
        """Forgets everything."""
        self._lists.clear()

    def _place(self, key: str, run: str | None) -> tuple[str, str]:
        return key, "" if self._seconds is not None else run or ""

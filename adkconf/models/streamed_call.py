"""A function call whose arguments arrive piece by piece."""

from __future__ import annotations

import re
from typing import Any

from google.genai import types

# A step of a path such as $.items[0]['a key']: a name, an index, or a quoted name.
_STEP = re.compile(
    r"""
    \.?(?P<name>[^.\[\]]+)
    | \[(?P<index>\d+)\]
    | \[(?P<quote>['"])(?P<quoted>(?:\\.|(?!(?P=quote)).)*)(?P=quote)\]
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_CONTROL = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_MAX_INDEX = 10_000


class StreamedCall:
    """Puts the pieces of one function call together."""

    def __init__(self, call_id: str) -> None:
        self.id = call_id
        self.name: str | None = None
        self.thought_signature: bytes | None = None
        self._args: dict[str, Any] = {}
        # A text grows by many small pieces; they are joined once, at the end.
        self._texts: dict[str, list[str]] = {}

    def add(self, part: types.Part, call: types.FunctionCall) -> None:
        """Takes in one piece.

        Raises:
            ValueError: a path leads nowhere.
        """
        self.name = call.name or self.name
        self.thought_signature = self.thought_signature or part.thought_signature
        for arg in call.partial_args or ():
            self._add_argument(arg)

    def part(self) -> types.Part:
        """Returns the whole call."""
        for path, texts in self._texts.items():
            _put(self._args, path, "".join(texts))
        return types.Part(
            function_call=types.FunctionCall(id=self.id, name=self.name, args=self._args),
            thought_signature=self.thought_signature,
        )

    def _add_argument(self, arg: types.PartialArg) -> None:
        path = arg.json_path
        if not path:
            return
        if arg.string_value is not None:
            if path not in self._texts:
                self._texts[path] = []
                # Reserves the place, so that arguments keep the order they came in.
                _put(self._args, path, "")
            self._texts[path].append(arg.string_value)
            return
        for value in (arg.number_value, arg.bool_value):
            if value is not None:
                _put(self._args, path, value)
        if arg.null_value is not None:
            _put(self._args, path, None)


def _put(args: dict[str, Any], path: str, value: Any) -> None:
    steps = _steps(path)
    if not steps:
        raise ValueError(f"the path {path!r} of a streamed argument leads nowhere")
    holder: Any = args
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if isinstance(step, int) and isinstance(holder, list):
            holder.extend([None] * (step + 1 - len(holder)))
            known = holder[step]
        elif isinstance(step, str) and isinstance(holder, dict):
            known = holder.get(step)
        else:
            raise ValueError(f"the path {path!r} of a streamed argument leads nowhere")
        if following is None:
            holder[step] = value
        else:
            if known is None:
                known = holder[step] = [] if isinstance(following, int) else {}
            holder = known


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    position = 1 if path.startswith("$") else 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise ValueError(f"the path {path!r} of a streamed argument is malformed")
        if match["index"] is not None:
            steps.append(_index(match["index"], path))
        elif match["quoted"] is not None:
            steps.append(_ESCAPE.sub(_unescaped, match["quoted"]))
        else:
            steps.append(match["name"])
        position = match.end()
    return steps


def _index(digits: str, path: str) -> int:
    index = int(digits)
    if index > _MAX_INDEX:
        raise ValueError(f"the index {index} in {path!r} is above {_MAX_INDEX}")
    return index


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return _CONTROL.get(match[2], match[2])

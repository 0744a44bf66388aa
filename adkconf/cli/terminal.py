"""Shows the events of a turn in a terminal, as they come."""

from __future__ import annotations

import json
from typing import Any, TextIO

import click
from google.genai import types

from adkconf.cli.colour import is_colourful
from adkconf.events.event import Event

_LONGEST_VALUE = 200

# A model must not steer the terminal: control characters but tab and newline are replaced.
_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {0x09, 0x0A}
_NOT_SHOWN = dict.fromkeys(_CONTROLS, "\N{REPLACEMENT CHARACTER}")


class Terminal:
    """Writes what agents say; calls, results and files are dimmed.

    Sub-agents are named where they take over.
    """

    def __init__(self, stream: TextIO, root_agent: str) -> None:
        self._stream = stream
        self._color = is_colourful(stream)
        self._root_agent = root_agent
        self._author = root_agent
        # Whose text has been shown in fragments: the whole text that follows is not shown again.
        self._streamed: set[tuple[str, str | None]] = set()
        self._line_is_open = False

    def start_turn(self) -> None:
        """Forgets the turn before."""
        self._author = self._root_agent
        self._streamed.clear()

    def show(self, event: Event) -> None:
        """Writes one event."""
        source = (event.author, event.branch)
        for part in (event.content.parts if event.content else None) or ():
            if part.text:
                if event.partial or source not in self._streamed:
                    self._say(event.author, part.text, dim=bool(part.thought))
            elif line := _detail(part):
                self._note(event.author, line)
        if event.partial:
            self._streamed.add(source)
            return
        self._streamed.discard(source)
        self.end_line()
        self._outcome(event)

    def end_line(self) -> None:
        """Ends a line that text has left open."""
        if self._line_is_open:
            self._write("\n")
            self._line_is_open = False

    def _outcome(self, event: Event) -> None:
        for name, version in event.actions.artifact_delta.items():
            self._note(event.author, f"saved {name} (version {version})")
        if event.error_code:
            self.end_line()
            message = event.error_message or "the model gave no reason"
            self._write(f"{event.error_code}: {printable(message)}\n", fg="red")

    def _say(self, author: str, text: str, *, dim: bool) -> None:
        self._name(author)
        self._write(printable(text), dim=dim)
        self._line_is_open = True

    def _note(self, author: str, line: str) -> None:
        self.end_line()
        self._name(author)
        self._write(f"{printable(line)}\n", dim=True)

    def _name(self, author: str) -> None:
        """Names the author when it is not the one who spoke last."""
        if author != self._author:
            self.end_line()
            self._write(f"[{author}]\n", fg="cyan")
            self._author = author

    def _write(self, text: str, **style: Any) -> None:
        click.echo(click.style(text, **style), file=self._stream, nl=False, color=self._color)
        self._stream.flush()


def print_json(event: Event) -> None:
    """Writes an event as a line of JSON, in google-adk's names."""
    click.echo(event.model_dump_json(by_alias=True, exclude_none=True))


def _detail(part: types.Part) -> str:
    if call := part.function_call:
        arguments = ", ".join(f"{key}={_short(value)}" for key, value in (call.args or {}).items())
        return f"→ {call.name}({arguments})"
    if answer := part.function_response:
        return f"← {answer.name}: {_short(answer.response)}"
    if blob := part.inline_data:
        return f"[{blob.mime_type}, {len(blob.data or b'')} bytes]"
    if file := part.file_data:
        return f"[{file.mime_type or 'file'} {file.file_uri}]"
    if code := part.executable_code:
        return f"→ {code.code}"
    if outcome := part.code_execution_result:
        return f"← {outcome.output}"
    return ""


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def printable(text: str) -> str:
    """Replaces what would steer the terminal."""
    return text.translate(_NOT_SHOWN)

"""Secrets that stand in a file for everybody to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.linting.subject import Subject
from adkconf.config.located import LocatedList, LocatedMap, LocatedText, Step
from adkconf.config.resolving.template import Template
from adkconf.config.secret_text import (
    find_secrets,
    is_never_secret,
    is_secret_step,
    may_say_secret,
)

_RANDOM_LENGTH = 12
_HINT = "take it from the environment, ${NAME:?}, or from a file outside of the project"


class _Way(NamedTuple):
    """The way to a value: its last step, the last of its keys, and whether a key says secret."""

    last: Step = 0
    key: str = ""
    secret: bool = False

    def down(self, step: Step) -> _Way:
        """Returns the way to what is below the value."""
        if isinstance(step, int):
            return _Way(step, self.key, self.secret)
        return _Way(step, step, self.secret or is_secret_step(step, self.last))


def secrets_in_clear(subject: Subject) -> Iterator[Diagnostic]:
    """Yields secrets that are written down instead of being referred to."""
    for text, way in _texts(subject.app.written()):
        written = _written(text, subject)
        if what := _secret(written, way):
            # Never the value itself: diagnostics end up in logs.
            message = f"{what} is written in clear"
            yield diagnostic(
                text.at, "W811", message, hint=_HINT, path=text.path, severity="warning"
            )


def _texts(app: LocatedMap) -> Iterator[tuple[LocatedText, _Way]]:
    """Yields the texts of an app, but those of its profiles."""
    pending: list[tuple[Any, _Way]] = [
        (value, _Way().down(key)) for key, value in app.items() if key != "profiles"
    ]
    while pending:
        data, way = pending.pop()
        if isinstance(data, LocatedText):
            yield data, way
        elif isinstance(data, LocatedMap):
            pending += [(value, way.down(key)) for key, value in data.items()]
        elif isinstance(data, LocatedList):
            pending += [(item, way.down(index)) for index, item in enumerate(data)]


def _written(text: LocatedText, subject: Subject) -> str:
    """Returns what of a value is written down itself, defaults of variables included."""
    use = subject.templates.get(text.at) if subject.templates else None
    return text if use is None else _literal(use.template)


def _literal(template: Template) -> str:
    return "".join(
        part
        if isinstance(part, str)
        else _literal(part.word)
        if part.operator[-1:] in ("-", "+")
        # Stands for what is not written here.
        else "$"
        for part in template.parts
    )


def _secret(written: str, way: _Way) -> str | None:
    """Says what secret there is in a value, if any."""
    for found in find_secrets(written):
        if "$" not in written[found.start : found.end]:
            return found.what
    if not way.secret or is_never_secret(way.last) or not written.strip("$"):
        return None
    if may_say_secret(way.key) and not _looks_random(written):
        return None
    return f"the secret {way.key!r}"


def _looks_random(text: str) -> bool:
    return (
        len(text) >= _RANDOM_LENGTH
        and not any(letter.isspace() for letter in text)
        and any(letter.isdigit() for letter in text)
        and any(letter.isalpha() for letter in text)
    )

"""Secrets that stand in a file for everybody to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.linting.subject import Subject
from adkconf.config.located import LocatedList, LocatedMap, LocatedText, Step
from adkconf.config.resolving.template import Template
from adkconf.config.secret_text import find_secrets, is_secret_place, may_say_secret

_RANDOM_LENGTH = 12
_HINT = "take it from the environment, ${NAME:?}, or from a file outside of the project"


def secrets_in_clear(subject: Subject) -> Iterator[Diagnostic]:
    """Yields secrets that are written down instead of being referred to."""
    for text, steps in _texts(subject.app.written(), ()):
        written = _written(text, subject)
        if what := _secret(written, steps):
            # Never the value itself: diagnostics end up in logs.
            message = f"{what} is written in clear"
            yield diagnostic(
                text.at, "W811", message, hint=_HINT, path=text.path, severity="warning"
            )


def _texts(data: Any, steps: tuple[Step, ...]) -> Iterator[tuple[LocatedText, tuple[Step, ...]]]:
    if isinstance(data, LocatedText):
        yield data, steps
    elif isinstance(data, LocatedMap):
        for key, value in data.items():
            if (*steps, key) != ("profiles",):
                yield from _texts(value, (*steps, key))
    elif isinstance(data, LocatedList):
        for index, item in enumerate(data):
            yield from _texts(item, (*steps, index))


def _written(text: LocatedText, subject: Subject) -> str:
    """Returns what of a value is written down itself, defaults of variables included."""
    use = subject.templates.get(text.at)
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


def _secret(written: str, steps: tuple[Step, ...]) -> str | None:
    """Says what secret there is in a value, if any."""
    found = next((item for item in find_secrets(written) if "$" not in _of(item, written)), None)
    if found is not None:
        return found.what
    if not written.strip("$") or not is_secret_place(steps):
        return None
    key = next(step for step in reversed(steps) if isinstance(step, str))
    if may_say_secret(key) and not _looks_random(written):
        return None
    return f"the secret {key!r}"


def _of(item: Any, written: str) -> str:
    return written[item.start : item.end]


def _looks_random(text: str) -> bool:
    return (
        len(text) >= _RANDOM_LENGTH
        and not any(letter.isspace() for letter in text)
        and any(letter.isdigit() for letter in text)
        and any(letter.isalpha() for letter in text)
    )

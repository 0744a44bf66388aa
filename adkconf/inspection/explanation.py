"""The codes of diagnostics, explained."""

from __future__ import annotations

from textwrap import fill, indent

from adkconf.config.codes.table import CODES
from adkconf.config.suggestion import did_you_mean

_WIDTH = 88


class UnknownCodeError(LookupError):
    """There is no such code; says which one was probably meant."""


def explain_code(name: str) -> str:
    """Returns what a code means: its title, its cause, an example and the fix.

    Raises:
        UnknownCodeError: there is no such code.
    """
    code = CODES.get(name.upper())
    if code is None:
        hint = did_you_mean(name.upper(), CODES) or "`adkconf explain` lists all codes"
        raise UnknownCodeError(f"there is no code {name!r}; {hint}")
    parts = (
        f"{code.id}: {code.title}",
        fill(code.cause, _WIDTH),
        f"Example:\n\n{indent(code.example, '    ')}",
        fill(f"Fix: {code.fix}", _WIDTH, break_long_words=False, break_on_hyphens=False),
    )
    return "\n\n".join(parts)


def list_codes() -> str:
    """Returns all codes with their titles, one in a line."""
    return "\n".join(f"{code.id}  {code.title}" for code in CODES.values())

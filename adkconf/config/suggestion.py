"""Finds what somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 100


def nearest(word: str, choices: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Returns the choice that is spelt most like the word, if one is like it at all.

    `cutoff` is how like it must be: 1 for the same.
    """
    if len(word) > _LONGEST:
        return None
    by_lower = {choice.lower(): choice for choice in choices}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=cutoff)
    return by_lower[found[0]] if found else None


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Returns the question as a hint; empty if nothing is near."""
    choice = nearest(word, choices)
    return f"did you mean {choice!r}?" if choice is not None else ""


def listed(choices: Iterable[str], *, last: str = "or") -> str:
    """Writes choices as in a sentence: `'a', 'b' or 'c'`."""
    names = [repr(choice) for choice in choices]
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def shorten(text: str, length: int = 60) -> str:
    """Quotes a text, cut where it is long."""
    return repr(text if len(text) <= length else f"{text[: length - 1]}…")

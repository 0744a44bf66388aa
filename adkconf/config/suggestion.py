"""Finds what somebody probably meant."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from heapq import heappush, heappushpop
from itertools import islice
from pathlib import Path

_LONGEST = 100
_SHOWN = 60
# So like each other are words of which one is the other, misspelt.
SURE = 0.75
# Comparing takes long: among more than these only the likely ones are looked at.
_MANY = 100
# As many are compared letter by letter.
_CLOSEST = 5


def nearest(word: str, choices: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Returns the choice that is spelt most like the word, if one is like it at all.

    `cutoff` is how like it must be: 1 for the same.
    """
    if len(word) > _LONGEST:
        return None
    by_lower = {choice.lower(): choice for choice in choices}
    if len(by_lower) > _MANY:
        by_lower = dict(islice(_alike(word.lower(), by_lower), _MANY))
    found = _closest(word.lower(), by_lower, cutoff)
    if not found:
        return None
    return by_lower[min(found, key=lambda choice: _distance(word.lower(), choice))]


def _closest(word: str, choices: Iterable[str], cutoff: float) -> list[str]:
    """Returns what difflib's `get_close_matches` does, with few of its long comparisons.

    Of several that are equally close it may choose others.
    """
    matcher = SequenceMatcher(b=word)
    rough: list[tuple[float, str]] = []
    for choice in choices:
        matcher.set_seq1(choice)
        if matcher.real_quick_ratio() >= cutoff and (bound := matcher.quick_ratio()) >= cutoff:
            rough.append((bound, choice))
    best: list[tuple[float, str]] = []
    for bound, choice in sorted(rough, reverse=True):
        if len(best) == _CLOSEST and bound <= best[0][0]:
            break
        matcher.set_seq1(choice)
        if (ratio := matcher.ratio()) >= cutoff:
            (heappush if len(best) < _CLOSEST else heappushpop)(best, (ratio, choice))
    return [choice for _, choice in sorted(best, reverse=True)]


def _alike(word: str, by_lower: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yields the choices that begin like the word and are about as long."""
    for lower, choice in by_lower.items():
        if lower[:1] == word[:1] and abs(len(lower) - len(word)) <= 2:
            yield lower, choice


def _distance(word: str, choice: str) -> tuple[int, int]:
    """Returns how many slips of the fingers are between two words, then how their lengths differ.

    A slip leaves out, adds or changes a letter, or swaps two neighbours.
    """
    lengths = abs(len(word) - len(choice))
    word, choice = _without_same_ends(word, choice)
    rows = [list(range(len(choice) + 1))]
    for i, letter in enumerate(word, start=1):
        row = [i]
        for j, other in enumerate(choice, start=1):
            changed = rows[i - 1][j - 1] + (letter != other)
            cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, changed)
            if i > 1 and j > 1 and letter == choice[j - 2] and other == word[i - 2]:
                cost = min(cost, rows[i - 2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1], lengths


def _without_same_ends(word: str, choice: str) -> tuple[str, str]:
    shorter = min(len(word), len(choice))
    start = 0
    while start < shorter and word[start] == choice[start]:
        start += 1
    end = 0
    while end < shorter - start and word[-1 - end] == choice[-1 - end]:
        end += 1
    return word[start : len(word) - end], choice[start : len(choice) - end]


def likeliest(word: str, choices: Iterable[str]) -> str | None:
    """Returns what somebody probably meant: what is spelt like it, or has it as a whole word."""
    choices = tuple(choices)
    ends = (f"{word}_", f"_{word}")
    longer = [
        choice for choice in choices if choice.startswith(ends[0]) or choice.endswith(ends[1])
    ]
    if not longer or len(word) < 2:
        return nearest(word, choices)
    return nearest(word, choices, cutoff=SURE) or min(longer, key=len)


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Returns the question as a hint; empty if nothing is near."""
    choice = likeliest(word, choices)
    return f"did you mean {choice!r}?" if choice is not None else ""


def near_file(path: Path, suffixes: tuple[str, ...] = ()) -> str:
    """Returns a hint that names the file beside a missing one which was probably meant.

    With `suffixes`, one of those, however the missing one ends.
    """
    try:
        with os.scandir(path.parent) as entries:
            files = [
                (entry.name, *os.path.splitext(entry.name)) for entry in entries if entry.is_file()
            ]
    except OSError:
        return f"there is no directory {path.parent.name!r}"
    names = {
        stem if suffixes else name: name
        for name, stem, suffix in files
        if not suffixes or suffix in suffixes
    }
    meant = nearest(path.stem if suffixes else path.name, names)
    # One that is there is wrong in another way.
    if meant is None or names[meant] == path.name:
        return "the path is relative to the file that names it"
    return f"did you mean {names[meant]!r}?"


def listed(choices: Iterable[str], *, last: str = "or") -> str:
    """Writes choices as in a sentence: `'a', 'b' or 'c'`."""
    names = [repr(choice) for choice in choices]
    return f" {last} ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def shorten(text: str) -> str:
    """Quotes a text, cut where it is long."""
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")

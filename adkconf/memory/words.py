"""Matching by common words, in any script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class WordIndex:
    """A text, prepared for being searched."""

    text: str
    words: frozenset[str]

    @classmethod
    def of(cls, text: str) -> WordIndex:
        """Prepares a text.

        Chinese and Japanese have no blanks between words, so that a Latin word among them would
        not be one. Words are therefore also split where Latin and other scripts meet.
        """
        folded = fold(text)
        words = set(_WORD.findall(folded))
        mixed = [word for word in words if not word.isascii()]
        words.update("".join(run) for word in mixed for _, run in groupby(word, _is_latin))
        return cls(folded, frozenset(words))

    def count_matches(self, query: frozenset[str]) -> int:
        """Returns how many of the words of a query occur.

        Words with letters beyond ASCII also match inside longer ones: see `of`.
        """
        return sum(
            word in self.words or (not word.isascii() and word in self.text) for word in query
        )


def query_words(query: str) -> frozenset[str]:
    """Returns the distinct words of a query."""
    return frozenset(_WORD.findall(fold(query)))


def fold(text: str) -> str:
    """Makes texts equal that differ in case or in how their accents are encoded."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _is_latin(character: str) -> bool:
    if character.isascii():
        return True
    return unicodedata.name(character, "").startswith("LATIN")

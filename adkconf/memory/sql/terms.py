"""What a full-text index holds of a text, and what a query looks up.

The databases do not take texts apart here: they differ in it, and know few scripts.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Literal

from adkconf.memory.words import fold

# Chinese, Japanese, Thai, Lao, Burmese and Khmer have no blanks between words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
# PostgreSQL refuses longer terms (2,046 bytes), and more of them in a text (1 MiB).
_LONGEST_TERM = 64
_MOST_BYTES = 500_000
_MOST_WORDS = 64

_Kind = Literal["gap", "word", "unspaced"]


class Terms:
    """The terms of one user of one app: they begin with whose they are.

    So a search reads what belongs to the user, however much there is of others.
    """

    def __init__(self, app_name: str, user_id: str) -> None:
        owner = f"{len(app_name)}:{app_name}{user_id}".encode(errors="surrogatepass")
        self._prefix = hashlib.sha256(owner).hexdigest()[:16] + "_"

    def of_text(self, text: str) -> list[str]:
        """Returns what to index: letters, digits, marks and `_` only, each term once.

        Of very long texts it is the beginning: half a megabyte of different terms.
        """
        found: dict[str, None] = {}
        size = 0
        for word, is_unspaced in _words(text):
            for term in _parts(word, single=True) if is_unspaced else (word[:_LONGEST_TERM],):
                if term in found:
                    continue
                size += len(self._prefix) + len(term.encode())
                if size > _MOST_BYTES:
                    return list(map(self._owned, found))
                found[term] = None
        return list(map(self._owned, found))

    def of_query(self, query: str) -> list[list[str]]:
        """Returns the terms of each word: the word is in a text that has all of its terms.

        The first 64 different words count.
        """
        words: dict[tuple[str, ...], None] = {}
        for word, is_unspaced in _words(query):
            parts = _parts(word, single=len(word) == 1) if is_unspaced else (word[:_LONGEST_TERM],)
            words[tuple(map(self._owned, parts))] = None
            if len(words) == _MOST_WORDS:
                break
        return [list(word) for word in words]

    def _owned(self, term: str) -> str:
        return self._prefix + term


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Yields words, and runs of characters in scripts that do not separate words."""
    for kind, run in groupby(fold(text), _kind):
        if kind != "gap":
            yield "".join(run), kind == "unspaced"


def _kind(character: str) -> _Kind:
    if character == "_":
        return "word"
    if unicodedata.category(character)[0] not in "LNM":
        return "gap"
    return "unspaced" if _UNSPACED.match(character) else "word"


def _parts(run: str, *, single: bool) -> Iterator[str]:
    """Yields the pairs of neighbours, and every character if `single`."""
    if single:
        yield from run
    for left, right in pairwise(run):
        yield left + right

"""Compares texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from adkconf.config.located import Step
from adkconf.config.spec.conversation import TextCheckSpec
from adkconf.testing.wording import shown

# Characters of scripts without spaces count as words.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")

Misfit = tuple[tuple[Step, ...], str]


def misfits(check: TextCheckSpec, text: str) -> Iterator[Misfit]:
    """Yields what a text is not like, with the steps to what asks for it."""
    if check.equals is not None and check.equals.strip() != text.strip():
        yield ("equals",), f"expected {shown(check.equals)}"
    for index, part in enumerate(check.contains):
        if part not in text:
            yield ("contains", index), f"expected a text with {shown(part)} in it"
    for index, part in enumerate(check.not_contains):
        if part in text:
            yield ("not_contains", index), f"expected a text without {shown(part)}"
    if check.matches is not None and not re.search(check.matches, text, re.DOTALL):
        yield ("matches",), f"expected a text that matches {shown(check.matches)}"
    if check.response_match is not None:
        score = word_overlap(check.response_match, text)
        if score < check.threshold:
            wanted = f"expected a text like {shown(check.response_match)}"
            yield ("response_match",), f"{wanted}: the score is {score:.2f} < {check.threshold:g}"


def word_overlap(expected: str, text: str) -> float:
    """Returns the ROUGE-1 F-measure of two texts: 1 for the same words, 0 for no word in common."""
    one, other = (Counter(_WORD.findall(item.casefold())) for item in (expected, text))
    words = one.total() + other.total()
    return 2 * (one & other).total() / words if words else 1.0

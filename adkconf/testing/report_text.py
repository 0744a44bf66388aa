"""The results of tests for people."""

from __future__ import annotations

from collections.abc import Iterator

from adkconf.config.rendering.excerpt import printable, render_text
from adkconf.testing.outcome import Results

_COLOURS = {"passed": "\x1b[32m", "FAILED": "\x1b[1;31m"}
_RESET = "\x1b[0m"


def results_as_text(results: Results, *, color: bool) -> str:
    """Returns a line for each test, then what is wrong with its place, then a summary."""
    return "\n".join([*_tests(results, color), *_failures(results, color), _summary(results), ""])


def _tests(results: Results, color: bool) -> Iterator[str]:
    for outcome in results.outcomes:
        word = "passed" if outcome.passed else "FAILED"
        mark = f"{_COLOURS[word]}{word}{_RESET}" if color else word
        yield f"{mark} {printable(outcome.test.name)} ({outcome.seconds:.2f} s)"
    for test in results.not_run:
        yield f"not run {printable(test.name)}"


def _failures(results: Results, color: bool) -> Iterator[str]:
    for outcome in results.failed:
        title = f"--- {printable(outcome.test.name)}"
        yield f"\n{title}\n\n{render_text(outcome.failures, results.sources, color=color)}".rstrip()
    yield ""


def _summary(results: Results) -> str:
    failed, not_run = len(results.failed), len(results.not_run)
    counts = {
        "failed": failed,
        "passed": len(results.outcomes) - failed,
        "not run": not_run,
    }
    told = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    return f"{told} in {results.seconds:.2f} s"

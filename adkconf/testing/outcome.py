"""How tests came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.spec.conversation import ConversationSpec


@dataclass(frozen=True)
class Outcome:
    """One test: it passed if there are no failures. Failures stand in the order of the turns."""

    test: ConversationSpec
    failures: tuple[Diagnostic, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Tells whether nothing was wrong."""
        return not self.failures


@dataclass(frozen=True)
class Results:
    """All tests that ran, and those that were left out because another one had failed.

    `sources` has the texts of files by the names that failures give them.
    """

    app: str
    outcomes: tuple[Outcome, ...]
    not_run: tuple[ConversationSpec, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The tests that did not pass."""
        return tuple(outcome for outcome in self.outcomes if not outcome.passed)

    @property
    def failures(self) -> tuple[Diagnostic, ...]:
        """All failures of all tests."""
        return tuple(failure for outcome in self.outcomes for failure in outcome.failures)

    @property
    def seconds(self) -> float:
        """How long the tests took together."""
        return sum(outcome.seconds for outcome in self.outcomes)

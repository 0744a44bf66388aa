"""Runs all lints over an app."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.linting.comments import swallowed_texts
from adkconf.config.linting.deployment import open_to_strangers, workers_share_nothing
from adkconf.config.linting.deprecations import deprecated
from adkconf.config.linting.models import outdated_models
from adkconf.config.linting.placeholders import unknown_placeholders
from adkconf.config.linting.policies import (
    cache_without_a_model,
    cannot_be_resumed,
    compaction_without_a_model,
)
from adkconf.config.linting.reachability import endless_loops, unreachable
from adkconf.config.linting.scripts import transfers_to_nobody
from adkconf.config.linting.secrets import secrets_in_clear
from adkconf.config.linting.silencing import silence
from adkconf.config.linting.subject import Subject
from adkconf.config.linting.tools import idle_tools

_LINTS: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (
    workers_share_nothing,
    open_to_strangers,
    cache_without_a_model,
    compaction_without_a_model,
    cannot_be_resumed,
    unreachable,
    endless_loops,
    unknown_placeholders,
    idle_tools,
    secrets_in_clear,
    deprecated,
    outdated_models,
    swallowed_texts,
    transfers_to_nobody,
)


def lint(subject: Subject, file: str) -> list[Diagnostic]:
    """Returns the warnings about an app that has no errors; `file` is how its file is called."""
    found = [problem for check in _LINTS for problem in check(subject)]
    # A comment may be there for a profile that is not in use.
    complete = None if subject.app.profiles else file
    return list(silence(found, subject.sources, complete))

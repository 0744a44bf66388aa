"""Everything that is wrong with files, and with the other apps that they name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.loaded import Loaded
from adkconf.config.loading import load, profile_names
from adkconf.config.reading.source import display_name
from adkconf.inspection.workers import each


@dataclass(frozen=True)
class Target:
    """A file to check, with what changes it. `content` stands for what is stored in it."""

    file: str
    profile: str | None = None
    overrides: tuple[str, ...] = ()
    content: bytes | None = None

    @property
    def identity(self) -> tuple[str, str | None]:
        """Tells it from other targets."""
        return os.path.abspath(self.file), self.profile


@dataclass(frozen=True)
class Findings:
    """What was found: in which files, and the texts of those that diagnostics are about."""

    files: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]


@dataclass(frozen=True)
class _Outcome:
    """What came of one target, and the targets that it names."""

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    others: tuple[Target, ...]


def check_files(
    targets: Iterable[Target],
    *,
    all_profiles: bool = False,
    on_checked: Callable[[], None] = lambda: None,
) -> Findings:
    """Checks targets and the apps that they name, each once; `on_checked` hears of each.

    With `all_profiles` each file is checked as it is and with each of its profiles. Nothing
    depends on the order that the work is done in: diagnostics are sorted.
    """
    checked: dict[tuple[str, str | None], str] = {}
    diagnostics: set[Diagnostic] = set()
    sources: dict[str, str] = {}
    pending = list(targets)
    while pending:
        fresh = list({target.identity: target for target in reversed(pending)}.values())[::-1]
        fresh = [target for target in fresh if target.identity not in checked]
        checked |= {target.identity: target.file for target in fresh}
        pending = []
        for outcome in each(partial(_check, all_profiles), fresh):
            on_checked()
            diagnostics.update(outcome.diagnostics)
            sources |= outcome.sources
            pending += outcome.others
    files = tuple(dict.fromkeys(checked.values()))
    return Findings(files, tuple(sorted(diagnostics)), sources)


def _check(all_profiles: bool, target: Target) -> _Outcome:
    profiles: tuple[str | None, ...] = (target.profile,)
    if all_profiles:
        named = profile_names(target.file, content=target.content)
        profiles = tuple(dict.fromkeys((None, *named, *profiles)))
    apps = [
        load(target.file, profile=profile, overrides=target.overrides, content=target.content)
        for profile in profiles
    ]
    diagnostics = tuple(dict.fromkeys(found for app in apps for found in app.diagnostics))
    concerned = {found.file for found in diagnostics}
    sources = {name: app.sources[name] for app in apps for name in concerned & app.sources.keys()}
    return _Outcome(diagnostics, sources, tuple(other for app in apps for other in _others(app)))


def _others(loaded: Loaded) -> Iterable[Target]:
    for app in loaded.apps:
        file = loaded.root / app.file
        # One that is missing is a problem of the file that names it.
        if file.is_file():
            yield Target(display_name(file), app.profile)

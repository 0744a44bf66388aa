"""`adkconf test`: runs the conversation tests of an app."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adkconf.cli.colour import is_colourful
from adkconf.cli.options import AppSource, app_file, overlays
from adkconf.cli.reports import Report, check_places, reader_of

if TYPE_CHECKING:
    from adkconf.config.loaded import Loaded
    from adkconf.config.spec.conversation import ConversationSpec
    from adkconf.testing.outcome import Results

_FORMATS = ("text", "json", "github", "junit")
_MANY = 20


@click.command()
@app_file
@click.option("-k", "part", metavar="NAME", help="Run only tests with this in their name.")
@click.option("-x", "--fail-fast", is_flag=True, help="Stop after the first test that fails.")
@click.option("--live", is_flag=True, help="Ask models that need a network, too.")
@click.option(
    "--format",
    "reports",
    callback=reader_of(_FORMATS),
    default="text",
    metavar="FORMAT[=FILE],…",
    help="text, json, github or junit. Several with commas, each but one with a file: "
    "text,junit=report.xml.",
)
@overlays
def test(
    file: Path,
    part: str | None,
    fail_fast: bool,
    live: bool,
    reports: tuple[Report[Any], ...],
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Run the conversation tests of the app of FILE: what it has under `tests`.

    Each test has a session of its own and services that live in memory: the stores of the app are
    not touched. Models that need a network are not asked: give the test models in their place.

    Exits with 0 if all tests passed, with 1 if one failed, with 2 if it was called wrongly.
    """
    check_places(reports)
    # The whole runtime; --help does not need it.
    from adkconf.cli.loading import load_app, sound_spec
    from adkconf.testing.report import render_results

    loaded = load_app(AppSource(file, profile, overrides))
    tests = _chosen(sound_spec(loaded).tests, part, file)
    results = _run(loaded, tests, live=live, fail_fast=fail_fast)
    for report in reports:
        if report.file:
            report.write(render_results(results, report.format))
            continue
        color = is_colourful(sys.stdout)
        click.echo(render_results(results, report.format, color=color), nl=False, color=color)
    if results.failed:
        raise SystemExit(1)


def _chosen(
    tests: Sequence[ConversationSpec], part: str | None, file: Path
) -> Sequence[ConversationSpec]:
    if not tests:
        raise click.UsageError(f"{file} has no tests; write some under 'tests'")
    chosen = [test for test in tests if (part or "").casefold() in test.name.casefold()]
    if not chosen:
        raise click.UsageError(f"none of the {len(tests)} tests has {part!r} in its name")
    return chosen


def _run(
    loaded: Loaded, tests: Sequence[ConversationSpec], *, live: bool, fail_fast: bool
) -> Results:
    import asyncio

    from adkconf.cli.logs import log_in_lines
    from adkconf.testing.trial import run_tests

    log_in_lines()

    def run(on_done: Callable[[], object] | None = None) -> Results:
        # What tools print does not belong to the report.
        with redirect_stdout(sys.stderr):
            return asyncio.run(
                run_tests(loaded, tests, live=live, fail_fast=fail_fast, on_done=on_done)
            )

    if len(tests) < _MANY or not sys.stderr.isatty():
        return run()
    with click.progressbar(length=len(tests), label="testing", file=sys.stderr) as bar:
        return run(lambda: bar.update(1))

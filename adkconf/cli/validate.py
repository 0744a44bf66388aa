"""`adkconf validate`: finds everything that is wrong with files, without running them."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from adkconf.cli.colour import is_colourful
from adkconf.cli.reports import Report, check_places, reader_of
from adkconf.config.rendering.render import FORMATS, Format, render
from adkconf.inspection.targets import NoFileError, find_files

if TYPE_CHECKING:
    from adkconf.config.diagnostics import Diagnostic
    from adkconf.inspection.validation import Findings, Target

_STDIN = "<stdin>"
_MANY = 20
# So many objects may become garbage before anybody looks.
_PATIENCE = 50_000


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option(
    "--format",
    "reports",
    callback=reader_of(FORMATS),
    default="text",
    metavar="FORMAT[=FILE],…",
    help="text, json, github or sarif. Several with commas, each but one with a file: "
    "text,sarif=out.sarif.",
)
@click.option("--profile", metavar="NAME", help="Check each file with this profile.")
@click.option("--all-profiles", is_flag=True, help="Check each alone and with each profile.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change a value.")
@click.option("--stdin-filename", metavar="FILE", help="The file that standard input stands for.")
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are problems.")
def validate(
    files: tuple[str, ...],
    reports: tuple[Report[Format], ...],
    profile: str | None,
    all_profiles: bool,
    overrides: tuple[str, ...],
    stdin_filename: str | None,
    strict: bool,
    exit_zero: bool,
) -> None:
    """Check FILES, and the other apps that they name, and show all that is wrong with them.

    A pattern in quotes, 'configs/**/*.yaml', stands for the files that it fits, a directory for
    each app.yaml in it, and - for standard input.

    Exits with 0 if nothing is wrong, with 1 if something is, with 2 if it was called wrongly.
    Warnings count only with --strict; a comment on the line silences one:
    `# adkconf: ignore W809`.
    """
    if profile and all_profiles:
        raise click.UsageError("choose --profile or --all-profiles")
    if stdin_filename and "-" not in files:
        raise click.UsageError("--stdin-filename needs the file '-': standard input")
    check_places(reports)
    with _patient_collector():
        findings = _check(_targets(files, stdin_filename, profile, overrides), all_profiles)
    if strict:
        errors = tuple(replace(found, severity="error") for found in findings.diagnostics)
        findings = replace(findings, diagnostics=tuple(sorted(errors)))
    _show(findings, reports)
    if not exit_zero and any(found.severity == "error" for found in findings.diagnostics):
        raise SystemExit(1)


@contextmanager
def _patient_collector() -> Iterator[None]:
    """Has garbage looked for seldom: a check makes little, and imports much that is none."""
    usual = gc.get_threshold()
    gc.set_threshold(_PATIENCE, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _targets(
    arguments: tuple[str, ...],
    stdin_filename: str | None,
    profile: str | None,
    overrides: tuple[str, ...],
) -> list[Target]:
    # pydantic would look for plugins in all packages that are installed; a check needs none.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Not needed for --help, and not cheap.
    from adkconf.inspection.validation import Target

    try:
        files = find_files(arguments)
    except NoFileError as error:
        raise click.UsageError(str(error)) from error
    return [
        Target(stdin_filename or _STDIN, profile, overrides, sys.stdin.buffer.read())
        if file == "-"
        else Target(file, profile, overrides)
        for file in files
    ]


def _check(targets: list[Target], all_profiles: bool) -> Findings:
    from adkconf.inspection.validation import check_files

    if len(targets) < _MANY or not sys.stderr.isatty():
        return check_files(targets, all_profiles=all_profiles)
    with click.progressbar(length=len(targets), label="checking", file=sys.stderr) as bar:
        return check_files(targets, all_profiles=all_profiles, on_checked=lambda: bar.update(1))


def _show(findings: Findings, reports: Sequence[Report[Format]]) -> None:
    for report in reports:
        if report.file:
            report.write(render(findings.diagnostics, report.format, sources=findings.sources))
            continue
        color = is_colourful(sys.stdout)
        text = render(findings.diagnostics, report.format, sources=findings.sources, color=color)
        if report.format == "text":
            text += ("\n" if text else "") + _summary(findings) + "\n"
        click.echo(text, nl=False, color=color)


def _summary(findings: Findings) -> str:
    diagnostics = findings.diagnostics
    if not diagnostics and len(findings.files) < _MANY:
        return "\n".join(f"{file}: valid" for file in findings.files)
    if not diagnostics:
        return f"{_count(len(findings.files), 'file')}: valid"
    counts = [_count(_number(diagnostics, severity), severity) for severity in ("error", "warning")]
    places = _count(len({found.file for found in diagnostics}), "file")
    return f"{' and '.join(filter(None, counts))} in {places}"


def _number(diagnostics: Sequence[Diagnostic], severity: str) -> int:
    return sum(found.severity == severity for found in diagnostics)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}" if number else ""

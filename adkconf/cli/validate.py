"""`adkconf validate`: finds everything that is wrong with files, without running them."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.rendering.render import FORMATS, Format, render


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text")
@click.option("--profile", help="Check the file with this profile.")
@click.option("--all-profiles", is_flag=True, help="Check the file alone and with each profile.")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change a value.")
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
def validate(
    files: tuple[str, ...],
    format_: Format,
    profile: str | None,
    all_profiles: bool,
    overrides: tuple[str, ...],
    strict: bool,
) -> None:
    """Check FILES and show all that is wrong with them.

    Exits with 0 if nothing is, with 1 if something is. Warnings count only with --strict; a
    comment on the line silences one: `# adkconf: ignore W809`.
    """
    if profile and all_profiles:
        raise click.UsageError("choose --profile or --all-profiles")
    found: dict[Diagnostic, None] = {}
    sources: dict[str, str] = {}
    for file in files:
        for name in _profiles(file) if all_profiles else (profile,):
            problems, texts = _check(file, name, overrides)
            found.update(dict.fromkeys(problems))
            sources |= texts
    diagnostics = sorted(replace(item, severity="error") if strict else item for item in found)
    color = sys.stdout.isatty()
    click.echo(render(diagnostics, format_, sources=sources, color=color), nl=False, color=color)
    if format_ == "text":
        click.echo(("\n" if diagnostics else "") + _summary(files, diagnostics))
    if any(problem.severity == "error" for problem in diagnostics):
        raise SystemExit(1)


def _check(
    file: str, profile: str | None, overrides: tuple[str, ...]
) -> tuple[tuple[Diagnostic, ...], dict[str, str]]:
    # Not needed for --help, and not cheap.
    from adkconf.config.loading import load

    loaded = load(file, profile=profile, overrides=overrides)
    return loaded.diagnostics, dict(loaded.sources)


def _profiles(file: str) -> tuple[str | None, ...]:
    from adkconf.config.loading import profile_names

    return (None, *profile_names(file))


def _summary(files: tuple[str, ...], diagnostics: list[Diagnostic]) -> str:
    if not diagnostics:
        return "\n".join(f"{file}: valid" for file in files)
    counts = [
        _count(sum(found.severity == severity for found in diagnostics), severity)
        for severity in ("error", "warning")
    ]
    places = _count(len({found.file for found in diagnostics}), "file")
    return f"{' and '.join(filter(None, counts))} in {places}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}" if number else ""

"""`adkconf diff`: what changes from one file to another, and what that costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from adkconf.cli.options import AppSource, overlays


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@overlays
def diff(
    old: Path, new: Path, format_: Any, profile: str | None, overrides: tuple[str, ...]
) -> None:
    r"""Show what changes from the app of OLD to that of NEW, and what each change costs.

    What is only written in another way is no change, nor is a default that is written out. Python
    files are not compared. --profile and --set apply to both. Each change is one of:

    \b
    in place        the app that is built stays the same
    new generation  a reload builds the app anew; runs under way finish on the old one
    restart         only a restart of the server takes it over
    data at risk    what was stored is not found, cannot be used, or is less safe
    """
    # Not needed for --help, and not cheap.
    from adkconf.cli.loading import load_app, sound_spec
    from adkconf.inspection.comparison import compare
    from adkconf.inspection.difference_report import report
    from adkconf.inspection.resolved import resolve

    trees = []
    for file in (old, new):
        loaded = load_app(AppSource(file, profile, overrides))
        spec = sound_spec(loaded)
        trees.append(resolve(loaded, spec, profile=profile, defaults=True))
    click.echo(report(compare(*trees), format_), nl=False)

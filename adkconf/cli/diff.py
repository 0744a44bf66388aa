"""`adkconf diff`: what changes from one file to another, and what that costs."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import click

from adkconf.cli.options import AppSource, overlays
from adkconf.cli.revision import opened


@click.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is a difference.")
@overlays
def diff(
    old: str,
    new: str,
    format_: Any,
    exit_code: bool,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    r"""Show what changes from the app of OLD to that of NEW, and what each change costs.

    Both are files, or files of a Git revision: `main:app.yaml` from the top of the repository,
    `HEAD~1:./app.yaml` from here.

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

    with ExitStack() as stack:
        files = [stack.enter_context(opened(name)) for name in (old, new)]
        apps = [
            file.named_as_given(load_app(AppSource(file.path, profile, overrides)))
            for file in files
        ]
    before, after = (
        resolve(loaded, sound_spec(loaded), profile=profile, defaults=True) for loaded in apps
    )
    policy = sound_spec(apps[0]).resumability
    resumable = policy is not None and policy.is_resumable
    differences = compare(before, after)
    click.echo(report(differences, format_, resumable=resumable), nl=False)
    if exit_code and differences:
        raise SystemExit(1)

"""`adkconf graph`: a picture of an app."""

from __future__ import annotations

from pathlib import Path

import click

from adkconf.cli.options import AppSource, app_file, overlays


@click.command()
@app_file
@overlays
def graph(file: Path, profile: str | None, overrides: tuple[str, ...]) -> None:
    """Draw the app of FILE as a Mermaid flowchart.

    It has the agents with their models, whom they may transfer to, the steps of workflows, tools
    (dotted) and services. GitHub and many editors show it inside of a ```mermaid block.
    """
    # Not needed for --help, and not cheap.
    from adkconf.cli.loading import load_app, sound_spec
    from adkconf.inspection.graph import draw
    from adkconf.inspection.mermaid import write_mermaid

    spec = sound_spec(load_app(AppSource(file, profile, overrides)))
    click.echo(write_mermaid(draw(spec)), nl=False)

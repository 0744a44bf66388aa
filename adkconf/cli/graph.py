"""`adkconf graph`: a picture of an app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from adkconf.cli.options import AppSource, app_file, overlays


@click.command()
@app_file
@click.option(
    "--format",
    "format_",
    type=click.Choice(["mermaid", "svg", "json"]),
    default="mermaid",
    show_default=True,
)
@click.option(
    "-o",
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    help="Write to this file.",
)
@overlays
def graph(
    file: Path, format_: Any, output: Any, profile: str | None, overrides: tuple[str, ...]
) -> None:
    """Draw the app of FILE: a Mermaid flowchart, an SVG picture, or its data as JSON.

    It has the agents with their models, whom they may transfer to, the steps of workflows, tools
    (dotted) and services. GitHub and many editors show Mermaid inside of a ```mermaid block. The
    SVG follows the light or dark scheme of who looks at it.
    """
    # Not needed for --help, and not cheap.
    from adkconf.cli.loading import load_app, sound_spec
    from adkconf.inspection.graph import draw
    from adkconf.inspection.graph_json import write_graph_json
    from adkconf.inspection.graph_svg import write_svg
    from adkconf.inspection.mermaid import write_mermaid

    writers = {"mermaid": write_mermaid, "svg": write_svg, "json": write_graph_json}
    picture = draw(sound_spec(load_app(AppSource(file, profile, overrides))))
    click.echo(writers[format_](picture), file=output, nl=False)

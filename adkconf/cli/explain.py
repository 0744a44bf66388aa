"""`adkconf explain`: what the code of a diagnostic means."""

from __future__ import annotations

import click


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain CODE, like E201: its cause, an example, and the fix.

    Without CODE, all codes are listed. An unknown one ends with 2.
    """
    # Not needed for --help.
    from adkconf.inspection.explanation import UnknownCodeError, explain_code, list_codes

    try:
        click.echo(explain_code(code) if code else list_codes())
    except UnknownCodeError as error:
        raise click.UsageError(str(error)) from error

"""`adkconf run`: one turn, or a conversation in the terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from adkconf.cli.options import AppSource, app_file, overlays

_FROM_STDIN = "-"


@click.command()
@app_file
@click.argument("message", required=False)
@click.option("--user", default="user", show_default=True, help="Whose session it is.")
@click.option("--session", help="Go on with this session, or start it. [default: a new one]")
@click.option("--json", "as_json", is_flag=True, help="Print each event as a line of JSON.")
@overlays
def run(
    file: Path,
    message: str | None,
    user: str,
    session: str | None,
    as_json: bool,
    profile: str | None,
    overrides: tuple[str, ...],
) -> None:
    """Talk to the app of FILE.

    With MESSAGE, one turn; `-` takes the message from standard input. Without, a chat: Ctrl-C
    stops an answer, and at the prompt Ctrl-C or Ctrl-D end the chat.
    """
    # The whole runtime; --help does not need it.
    from adkconf.cli.talk import talk

    source = AppSource(file, profile, overrides)
    text = _message(message)
    if not talk(source, text, user_id=user, session_id=session, as_json=as_json):
        sys.exit(1)


def _message(given: str | None) -> str | None:
    """Returns what to say, or None for a chat."""
    if given is None and sys.stdin.isatty():
        return None
    text = sys.stdin.read() if given in (None, _FROM_STDIN) else given
    if not text or not text.strip():
        raise click.UsageError("the message is empty")
    return text

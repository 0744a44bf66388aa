"""Where a command starts, and what its end means to the shell."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

import click

from adkconf.cli.commands import commands
from adkconf.cli.problems import DEBUG, explain
from adkconf.errors import AdkconfError

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs a command and exits.

    0: done; 1: the file, a service or a run has a problem; 2: wrong usage; 130: interrupted. A
    problem is told on standard error, without a traceback unless ADKCONF_DEBUG is set.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Models and files may hold what the terminal's encoding does not.
            stream.reconfigure(errors="backslashreplace")
    try:
        sys.exit(_run(arguments))
    finally:
        # What is left goes with the process; looking through it for garbage first takes a while.
        gc.freeze()


def _run(arguments: Sequence[str] | None) -> int | None:
    """Runs a command and returns what the shell is told; tells a problem."""
    try:
        code: int | None = commands.main(arguments, prog_name="adkconf", standalone_mode=False)
        return code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has left (`adkconf schema | head`); nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # user code runs in here: nobody wants our traceback for it
        if DEBUG in os.environ:
            raise
        click.echo(explain(error), err=True)
        return error.exit_code if isinstance(error, AdkconfError) else 1

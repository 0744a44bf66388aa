"""Where a command starts, and what its end means to the shell."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from adkconf.cli.commands import commands
from adkconf.errors import AdkconfError, ConfigError

_INTERRUPTED = 130
_DEBUG = "ADKCONF_DEBUG"


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs a command and exits.

    0: done; 1: the file, a service or a run has a problem; 2: wrong usage; 130: interrupted. A
    problem is told on standard error, without a traceback unless ADKCONF_DEBUG is set.
    """
    try:
        code = commands.main(arguments, prog_name="adkconf", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = _INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has left (`adkconf schema | head`); nobody is there to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # user code runs in here: nobody wants our traceback for it
        if os.environ.get(_DEBUG):
            raise
        code = error.exit_code if isinstance(error, AdkconfError) else 1
        click.echo(_explain(error), err=True)
    sys.exit(code)


def _explain(error: Exception) -> str:
    if isinstance(error, ConfigError) and error.diagnostics:
        from adkconf.cli.diagnostics import render  # only broken files need it

        return render(error.diagnostics)
    if isinstance(error, AdkconfError):
        return f"error: {error}"
    return f"error: {type(error).__name__}: {error} (set {_DEBUG}=1 for the traceback)"

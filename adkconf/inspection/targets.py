"""Which files an argument of the command line means."""

from __future__ import annotations

import os
from collections.abc import Iterable
from glob import escape, glob, has_magic

APP_FILE = "app.yaml"


class NoFileError(LookupError):
    """A pattern or a directory has no file in it to work on."""


def find_files(arguments: Iterable[str]) -> list[str]:
    """Returns the files that arguments mean, in their order, each once.

    A name is a file, there or not. A pattern like `configs/**/*.yaml` stands for the files it
    fits, and a directory for each `app.yaml` in and below it; both pass over hidden ones.

    Raises:
        NoFileError: there are none.
    """
    return list(dict.fromkeys(file for argument in arguments for file in _files(argument)))


def _files(argument: str) -> list[str]:
    if os.path.isdir(argument):
        pattern = os.path.join(escape(argument), "**", APP_FILE)
        missing = f"there is no {APP_FILE} in {argument!r}"
    elif has_magic(argument) and not os.path.lexists(argument):
        pattern = argument
        missing = f"no file fits {argument!r}"
    else:
        return [argument]
    found = [file for file in sorted(glob(pattern, recursive=True)) if os.path.isfile(file)]
    if not found:
        raise NoFileError(missing)
    return [os.path.normpath(file) for file in found]

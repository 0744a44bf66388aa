"""Files as they are, or as they were in a revision of a Git repository: `main:app.yaml`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from adkconf.config.loaded import Loaded


@dataclass(frozen=True)
class OpenedFile:
    """A file that can be read. Of a revision, all of it is below `directory` for the time being."""

    path: Path
    revision: str = ""
    directory: Path | None = None

    def named_as_given(self, loaded: Loaded) -> Loaded:
        """Returns what was loaded with its places named by the revision: `main:app.yaml`."""
        if self.directory is None:
            return loaded
        return replace(
            loaded,
            diagnostics=tuple(
                replace(found, file=self._name(found.file)) for found in loaded.diagnostics
            ),
            sources={self._name(file): text for file, text in loaded.sources.items()},
        )

    def _name(self, file: str) -> str:
        path = Path(os.path.abspath(file))
        if self.directory is None or not path.is_relative_to(self.directory):
            return file
        return f"{self.revision}:{path.relative_to(self.directory).as_posix()}"


@contextmanager
def opened(name: str) -> Iterator[OpenedFile]:
    """Makes a file readable for the time of the block.

    What is there by its whole name is that file. Of a revision, everything is written into a
    directory of its own, so that other files that the file names are found; the repository stays
    as it is.

    Raises:
        click.UsageError: there is no such revision, or it has no such file.
    """
    revision, colon, path = name.partition(":")
    if not colon or not revision or os.path.lexists(name):
        yield OpenedFile(Path(name))
        return
    top = _git(name, "rev-parse", "--show-toplevel")
    found = _git(name, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{tree}}")
    inside = _inside(path, top)
    _git(name, "cat-file", "-e", f"{found}:{inside}")
    with TemporaryDirectory(prefix="adkconf-") as temporary:
        home = Path(os.path.realpath(temporary))
        directory = home / "files"
        # An index of its own: that of the repository is not touched.
        index = {"GIT_INDEX_FILE": str(home / "index")}
        _git(name, "read-tree", found, environ=index)
        _git(
            name,
            *("-C", top, "checkout-index", "--all", "--quiet", f"--prefix={directory}/"),
            environ=index,
        )
        yield OpenedFile(directory / inside, revision, directory)


def _inside(path: str, top: str) -> str:
    """Returns a path from the top of the repository; `./` and `../` start here, as in Git."""
    if not path.startswith(("./", "../")):
        return path
    return Path(os.path.relpath(os.path.realpath(path), os.path.realpath(top))).as_posix()


def _git(name: str, *arguments: str, environ: Mapping[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            env={**os.environ, **(environ or {})},
            check=False,
        )
    except FileNotFoundError:
        message = f"there is no file {name!r}, and to look for a revision git must be installed"
        raise click.UsageError(message) from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["git tells no reason"])[0]
        raise click.UsageError(f"there is no file {name!r}, and no such revision: {reason}")
    return done.stdout.strip()

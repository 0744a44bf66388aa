"""Writes an ejected app into a directory."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from adkconf.config.loaded import Loaded
from adkconf.errors import AlreadyExistsError, InputValidationError
from adkconf.exchange.ejection import Ejected


def package_directory(loaded: Loaded) -> Path:
    """Returns where a package goes by default: the app's name, in the working directory."""
    name = loaded.spec.name if loaded.spec else "app"
    return Path(re.sub(r"\W", "_", name))


def write_package(ejected: Ejected, root: Path, directory: Path, *, force: bool) -> None:
    """Writes the modules, and copies the files of the project at `root`.

    Raises:
        AlreadyExistsError: one of them is there already; nothing is written then.
        InputValidationError: the directory is no name for a package, or cannot be written to.
    """
    name = directory.resolve().name
    if not name.isidentifier():
        raise InputValidationError(
            f"{name!r} cannot be the name of a Python package; choose another directory with -o"
        )
    texts = {
        directory / f"{module}.py": text.replace("PACKAGE", name)
        for module, text in ejected.modules.items()
    }
    same = directory.resolve() == root.resolve()
    copies = {} if same else {directory / path: root / path for path in ejected.copied}
    taken = sorted(str(path) for path in (*texts, *copies) if path.exists())
    if taken and not force:
        raise AlreadyExistsError(f"{', '.join(taken)}: there already; --force writes over them")
    try:
        for path, source in copies.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, path)  # programs stay programs
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputValidationError(f"cannot write to {directory}: {error.strerror}") from error

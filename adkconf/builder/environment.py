"""Variables of `env.files`, for libraries and user code that read the environment themselves."""

from __future__ import annotations

import os
from collections.abc import Mapping

# What is in os.environ although it is not of the real environment: a fact of the whole process.
_exported: dict[str, str] = {}


def real_environment() -> dict[str, str]:
    """Returns the environment without what `export` put there.

    A file is to be loaded with this one: the real environment wins over `env.files`, and what an
    earlier load took from them is not real.
    """
    return {name: value for name, value in os.environ.items() if _exported.get(name) != value}


def export(environ: Mapping[str, str]) -> dict[str, str]:
    """Puts the variables into the process's environment, in place of those exported before.

    Returns those, so that they can be exported again.
    """
    before = dict(_exported)
    real = real_environment()
    for name in _exported.keys() - real.keys():
        os.environ.pop(name, None)
    _exported.clear()
    _exported.update({name: value for name, value in environ.items() if name not in real})
    os.environ.update(_exported)
    return before

"""What comes out of loading a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.resolving.template import Use
from adkconf.config.span import Span
from adkconf.config.spec.app import AppFileSpec, AppSpec


@dataclass(frozen=True)
class Loaded:
    """An app, or what is wrong with it.

    `spec` is None if any diagnostic is an error. `files` are all files that were read or are
    referred to, absolute: YAML, prompts, environment files, Python; missing ones included, since
    their appearing matters. `root` is the project: the directory of the file. `environ` is the
    environment that was used: the real one over the `env.files`. `sources` has the text of each
    file under the name that diagnostics give it. `templates` are the values with `${…}` in them, as
    they were written, by their places. `profile` is the one that was chosen. `apps` are the other
    apps that the file names, as far as they can be told of one with errors. `secrets` are the
    places of texts that are secret because a parameter of Python code takes them as such.
    """

    spec: AppSpec | None
    diagnostics: tuple[Diagnostic, ...]
    files: frozenset[Path]
    root: Path
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    sources: Mapping[str, str] = field(default_factory=dict, repr=False)
    templates: Mapping[Span, Use] = field(default_factory=dict, repr=False)
    profile: str | None = None
    apps: tuple[AppFileSpec, ...] = ()
    secrets: frozenset[Span] = frozenset()

    @property
    def ok(self) -> bool:
        """Tells whether there is a spec."""
        return self.spec is not None

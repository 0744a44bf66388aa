"""The project that is loaded: its directory, and what was read of it."""

from __future__ import annotations

import os
from pathlib import Path

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.nodes import Mapping
from adkconf.config.problems import Problems
from adkconf.config.reading.compose import compose
from adkconf.config.reading.source import Source, decode_source, display_name, read_source
from adkconf.config.resolving.template import Use
from adkconf.config.span import Span

OPTION = "--set"
_LONGEST_PATH = 8192


class Project:
    """Reads files once, and remembers all that matter."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems = Problems(bounded=True)
        self.files: set[Path] = set()
        self.sources: dict[str, str] = {}
        self.templates: dict[Span, Use] = {}
        # Where texts stand that the types of Python parameters say are secret.
        self.secrets: set[Span] = set()
        # What the file would take over from one that it extends is not known.
        self.lacks_layers = False
        # Where files of agents are named, by what diagnostics call them.
        self.inclusions: dict[str, list[Span]] = {}
        self._contained: dict[Path, bool] = {}
        self._texts: dict[Path, Source | Diagnostic] = {}
        self._trees: dict[Path, Mapping | None] = {}

    def aside(self) -> Project:
        """Returns the same project with a list of problems of its own."""
        project = Project(self.root)
        project.sources, project._texts, project._trees = self.sources, self._texts, self._trees
        project.lacks_layers = self.lacks_layers
        return project

    def home_of(self, at: Span) -> Path:
        """Returns the directory that relative paths written at a place start from."""
        if at.file.startswith(OPTION):
            return self.root
        return Path(os.path.dirname(os.path.abspath(at.file)))

    def path_at(self, text: str, at: Span) -> Path:
        """Returns the absolute path that a text written at a place means."""
        # A NUL would make every later call fail; the path cannot exist either way.
        return Path(os.path.abspath(os.path.join(self.home_of(at), text.replace("\0", ""))))

    def contains(self, path: Path) -> bool:
        """Tells whether a path, links followed, is inside of the project."""
        # No system opens it, and following it part by part would take long.
        if len(str(path)) > _LONGEST_PATH:
            return path.is_relative_to(self.root)
        if path not in self._contained:
            self._contained[path] = _is_below(path, self.root)
        return self._contained[path]

    def text(self, path: Path) -> Source | Diagnostic:
        """Reads a file's text."""
        self.files.add(path)
        if path not in self._texts:
            self._keep(path, read_source(path))
        return self._texts[path]

    def put(self, path: Path, content: bytes) -> None:
        """Takes a content for what is stored in a file."""
        self._keep(path, decode_source(display_name(path), content))

    def _keep(self, path: Path, source: Source | Diagnostic) -> None:
        self._texts[path] = source
        if isinstance(source, Source):
            self.sources[source.name] = source.text

    def tree(self, path: Path) -> Mapping | None:
        """Reads a YAML file; notes what is wrong with it."""
        if path not in self._trees:
            source = self.text(path)
            if isinstance(source, Diagnostic):
                self.problems.take(source)
                self._trees[path] = None
            else:
                self._trees[path] = self._mapping(source)
        return self._trees[path]

    def option(self, name: str, text: str) -> Source | Diagnostic:
        """Makes the source of a value of the command line."""
        source = decode_source(name, text.encode("utf-8", "surrogatepass"))
        if isinstance(source, Source):
            self.sources[name] = source.text
        return source

    def _mapping(self, source: Source) -> Mapping | None:
        found = Problems()
        node = compose(source, found)
        self.problems.take(*found.sorted())
        if isinstance(node, Mapping):
            return node
        if not found:
            at = node.span if node else Span(source.name)
            message = "the file is empty" if node is None else "the file is no mapping"
            self.problems.add(at, "E105", message, hint="write 'key: value' lines")
        return None


def _is_below(path: Path, root: Path) -> bool:
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))
    except OSError:
        return False

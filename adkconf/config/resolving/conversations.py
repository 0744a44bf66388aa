"""Puts conversation tests that have files of their own in the place of the patterns for them."""

from __future__ import annotations

import os
from glob import has_magic
from pathlib import Path

from adkconf.config.nodes import Entry, Mapping, Node, Scalar, Sequence
from adkconf.config.resolving.evalset import conversations_of, is_evalset
from adkconf.config.resolving.interpolation import Interpolator
from adkconf.config.resolving.project import Project
from adkconf.config.suggestion import did_you_mean, near_file

MAX_FILES = 500
_KEY = "tests"
# A pattern that says more would look at the same directories again and again.
_MAX_PARTS, _MAX_DEEP = 16, 2
_FILES = (".yaml", ".yml", ".json")


def expand_conversations(app: Mapping, project: Project, interpolator: Interpolator) -> Mapping:
    """Returns the app with all its conversation tests in it.

    Files are interpolated like the app's own, but for evalsets of google-adk.
    """
    entry = app.entries.get(_KEY)
    if entry is None or not (_is_pattern(entry.node) or isinstance(entry.node, Sequence)):
        return app
    written = entry.node.items if isinstance(entry.node, Sequence) else (entry.node,)
    files = _ConversationFiles(project, interpolator)
    items = tuple(found for item in written for found in files.of(item))
    expanded = Entry(entry.key_span, Sequence(entry.node.span, items))
    return Mapping(app.span, {**app.entries, _KEY: expanded})


class _ConversationFiles:
    """Reads the files; what is wrong with them is noted where it is."""

    def __init__(self, project: Project, interpolator: Interpolator) -> None:
        self._project = project
        self._interpolator = interpolator
        self._read: set[Path] = set()

    def of(self, item: Node) -> tuple[Node, ...]:
        """Returns the tests that an item stands for: itself, or those of its files."""
        if not isinstance(item, Scalar) or not _is_pattern(item):
            return (item,)
        files = [file for file in self._files(item) if file not in self._read]
        self._read.update(files)
        return tuple(test for file in files for test in self._tests(file))

    def _files(self, pattern: Scalar) -> list[Path]:
        """Returns the files that fit a pattern, in the order of their names."""
        if not pattern.text:
            message = "expected a text that is not empty"
            self._project.problems.add(pattern.span, "E205", message, path=_KEY)
            return []
        home = self._project.home_of(pattern.span)
        path = self._project.path_at(pattern.text, pattern.span)
        if os.path.isabs(pattern.text) or not self._project.contains(path):
            hint = "name files in the app's directory, or below it"
            return self._refuse(pattern, f"{pattern.text!r} is outside of the project", hint)
        if not has_magic(pattern.text):
            if os.path.isfile(path):
                return [path]
            self._project.files.add(path)
            message = f"the file {pattern.text!r} does not exist"
            return self._refuse(pattern, message, near_file(path, _FILES))
        if pattern.text.count("/") > _MAX_PARTS or pattern.text.count("**") > _MAX_DEEP:
            message = f"more than {_MAX_PARTS} directories, or more than {_MAX_DEEP} times '**'"
            self._project.problems.add(pattern.span, "E103", message, path=_KEY)
            return []
        files = [file for file in _fitting(home, pattern.text) if self._project.contains(file)]
        if not files:
            hint = "the pattern is relative to the file that names it"
            return self._refuse(pattern, f"no file fits {pattern.text!r}", hint)
        if len(files) > MAX_FILES:
            self._project.problems.add(pattern.span, "E103", f"more than {MAX_FILES} files fit")
        return files[:MAX_FILES]

    def _refuse(self, pattern: Scalar, message: str, hint: str) -> list[Path]:
        self._project.problems.add(pattern.span, "E401", message, hint=hint, path=_KEY)
        return []

    def _tests(self, file: Path) -> tuple[Node, ...]:
        tree = self._project.tree(file)
        if tree is None:
            return ()
        if is_evalset(tree):
            return conversations_of(tree, self._project.problems)
        tree = self._interpolator.mapping(tree, _KEY)
        self._refuse_other_keys(tree)
        tests = tree.get(_KEY)
        if not isinstance(tests, Sequence):
            at = tests.span if tests is not None else tree.span
            hint = "a file of tests has the key 'tests' with a list of them"
            self._project.problems.add(at, "E202", "there is no list of tests", hint=hint)
            return ()
        for item in tests.items:
            if _is_pattern(item):
                message = "a file of tests cannot name other files"
                self._project.problems.add(item.span, "E203", message, hint="name them in the app")
        return tuple(item for item in tests.items if not _is_pattern(item))

    def _refuse_other_keys(self, tree: Mapping) -> None:
        for key, entry in tree.entries.items():
            if key != _KEY and not key.startswith("x-"):
                message = f"unknown key {key!r} in a file of tests"
                hint = did_you_mean(key, (_KEY,)) or "a file of tests has only the key 'tests'"
                self._project.problems.add(entry.key_span, "E201", message, hint=hint)


def _fitting(home: Path, pattern: str) -> list[Path]:
    """Returns the files that fit a pattern; those that are hidden, or behind links, do not."""
    try:
        found = sorted(home.glob(pattern.replace("\0", "")))
    except (ValueError, NotImplementedError, OSError):
        return []
    return [
        Path(os.path.abspath(file))
        for file in found
        if os.path.isfile(file) and not any(map(_is_hidden, file.relative_to(home).parts))
    ]


def _is_hidden(part: str) -> bool:
    return part.startswith(".") and part != ".."


def _is_pattern(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, str) and not node.broken

"""From a file to an app, or to everything that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from adkconf.config import nodes
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.checking.data import AppData, to_data
from adkconf.config.checking.meaning import check_meaning, identifier
from adkconf.config.checking.removals import check_removals
from adkconf.config.checking.shape import check_shape
from adkconf.config.diagnostics import Diagnostic, diagnostic
from adkconf.config.linting.lint import lint
from adkconf.config.linting.subject import Subject
from adkconf.config.loaded import Loaded
from adkconf.config.located import LocatedMap, LocatedText, Mark, Place, find_place
from adkconf.config.problems import EnoughErrorsError
from adkconf.config.reading.source import display_name
from adkconf.config.reading.traps import explain_emptiness
from adkconf.config.resolving.conversations import expand_conversations
from adkconf.config.resolving.environment import read_environment
from adkconf.config.resolving.includes import AgentFiles
from adkconf.config.resolving.interpolation import Interpolator
from adkconf.config.resolving.layers import read_layers
from adkconf.config.resolving.merge import merge, without
from adkconf.config.resolving.overrides import apply_override
from adkconf.config.resolving.project import Project
from adkconf.config.resolving.service_schemes import expand_schemes
from adkconf.config.schema.patch import NOT_IN_PROFILES
from adkconf.config.span import Span
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import SpecContext
from adkconf.config.suggestion import did_you_mean

# Each is checked with the whole app.
MAX_PROFILES = 50


def load(
    path: str | os.PathLike[str],
    *,
    profile: str | None = None,
    overrides: Iterable[str] = (),
    environ: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> Loaded:
    """Reads an app; never raises for what it reads.

    `overrides` are texts like `server.port=9000`. `environ` stands for the real environment.
    `content` stands for what is stored in the file, as an editor has it.
    """
    file = Path(os.path.abspath(path))
    # The environment itself takes long to read.
    real_environ = dict(os.environ if environ is None else environ)
    return _Loading(file, profile, tuple(overrides), real_environ, content)()


def profile_names(path: str | os.PathLike[str], *, content: bytes | None = None) -> tuple[str, ...]:
    """Returns the names of a file's profiles, those of the files it extends included."""
    file = Path(os.path.abspath(path))
    project = _project(file, content)
    try:
        layers = read_layers(file, project, Interpolator(project, os.environ))
    except EnoughErrorsError:
        return ()
    return tuple(_profiles(layers)) if layers is not None else ()


@dataclass(frozen=True)
class _Loading:
    """One loading of a file."""

    file: Path
    profile: str | None
    overrides: tuple[str, ...]
    real_environ: Mapping[str, str]
    content: bytes | None

    def __call__(self) -> Loaded:
        project = _project(self.file, self.content)
        spec, environ = None, dict(self.real_environ)
        with suppress(EnoughErrorsError):
            spec, environ = self._load(project)
        apps = spec.apps if spec is not None else ()
        if any(problem.severity == "error" for problem in project.problems.sorted()):
            spec = None
        if spec is not None:
            subject = Subject(spec, project.sources, project.templates)
            project.problems.take(*lint(subject, display_name(self.file)))
        return Loaded(
            spec,
            project.problems.sorted(),
            frozenset(project.files),
            project.root,
            environ,
            project.sources,
            project.templates,
            self.profile,
            apps,
            frozenset(project.secrets),
        )

    def _load(self, project: Project) -> tuple[AppSpec | None, dict[str, str]]:
        """Returns the app if it can be made out, and the environment; notes what is wrong."""
        layers = read_layers(self.file, project, Interpolator(project, self.real_environ))
        if layers is None:
            return None, dict(self.real_environ)
        app = self._with_profile(layers, project)
        for override in self.overrides:
            app = apply_override(app, override, project)
        environ = read_environment(app, project, self.real_environ)
        _check_profile_keys(layers, project)
        self._check_other_profiles(layers, project, environ)
        spec = _resolve(app, self.file, project, Interpolator(project, environ), environ)
        return spec, environ

    def _with_profile(self, app: nodes.Mapping, project: Project) -> nodes.Mapping:
        if self.profile is None:
            return app
        chosen = _profiles(app).get(self.profile)
        if chosen is None:
            names = sorted(_profiles(app))
            hint = did_you_mean(self.profile, names)
            hint = hint or (f"there are: {', '.join(names)}" if names else "the file has none")
            written = app.entries.get("profiles")
            at = written.key_span if written else Span(app.span.file, 1, 1, 1, 1)
            project.problems.add(at, "E403", f"there is no profile {self.profile!r}", hint=hint)
            return app
        return merge(app, without(chosen, *NOT_IN_PROFILES))

    def _check_other_profiles(
        self, app: nodes.Mapping, project: Project, environ: Mapping[str, str]
    ) -> None:
        """Finds mistakes in profiles that are not in use, unset variables aside."""
        profiles = _profiles(app)
        if len(profiles) > MAX_PROFILES:
            message = f"there are more than {MAX_PROFILES} profiles"
            project.problems.add(app.entries["profiles"].key_span, "E103", message)
            return
        sound: Project | None = None
        for name, profile in profiles.items():
            if name == self.profile:
                continue
            changed = merge(app, without(profile, *NOT_IN_PROFILES))
            aside = self._resolve_aside(changed, project, environ)
            inside, outside = _split(aside.problems.sorted(), profile)
            project.problems.take(*inside)
            if outside:
                sound = sound or self._resolve_aside(app, project, environ)
                # What is wrong without the profile is told where it is.
                if not sound.problems:
                    own = {display_name(file) for file in aside.files - sound.files}
                    at = _place_of(name, app)
                    project.problems.take(*(_told_at(at, name, found, own) for found in outside))
            project.files |= aside.files

    def _resolve_aside(
        self, app: nodes.Mapping, project: Project, environ: Mapping[str, str]
    ) -> Project:
        """Returns the project with what is wrong with another form of the app."""
        aside = project.aside()
        with suppress(EnoughErrorsError):
            interpolator = Interpolator(aside, environ, check_unset=False)
            _resolve(app, self.file, aside, interpolator, environ)
        return aside


def _project(file: Path, content: bytes | None) -> Project:
    project = Project(file.parent)
    if content is not None:
        project.put(file, content)
    return project


def _check_profile_keys(app: nodes.Mapping, project: Project) -> None:
    for name, profile in _profiles(app).items():
        for key in profile.entries.keys() & set(NOT_IN_PROFILES):
            message = f"a profile cannot change {key!r}"
            project.problems.add(
                profile.entries[key].key_span, "E201", message, path=f"profiles.{name}.{key}"
            )
        check_removals(profile, project.problems, f"profiles.{name}")


def _profiles(app: nodes.Mapping) -> dict[str, nodes.Mapping]:
    """Returns the profiles that are mappings; others are reported with the file's shape."""
    profiles = app.get("profiles")
    if not isinstance(profiles, nodes.Mapping):
        return {}
    return {
        name: entry.node
        for name, entry in profiles.entries.items()
        if isinstance(entry.node, nodes.Mapping)
    }


def _place_of(profile: str, app: nodes.Mapping) -> Span:
    """Returns where the name of a profile stands."""
    profiles = app.entries["profiles"]
    if isinstance(profiles.node, nodes.Mapping):
        return profiles.node.entries[profile].key_span
    return profiles.key_span


def _split(
    problems: Iterable[Diagnostic], profile: nodes.Mapping
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Returns the problems inside of a profile, and the others."""
    inside: list[Diagnostic] = []
    outside: list[Diagnostic] = []
    for found in problems:
        (inside if _is_inside(found, profile.span) else outside).append(found)
    return inside, outside


def _is_inside(found: Diagnostic, span: Span) -> bool:
    start = (found.line, found.column)
    inside = (span.line, span.column) <= start <= (span.end_line, span.end_column)
    return found.file == span.file and inside


def _told_at(at: Span, profile: str, found: Diagnostic, own: set[str]) -> Diagnostic:
    """Returns a problem that a profile causes elsewhere; in its own files it stays in place."""
    if found.file in own:
        return found
    message = f"with this profile: {found.message}"
    hint = found.hint or f"see {found.file}:{found.line}:{found.column}"
    return diagnostic(at, found.code, message, hint=hint, path=f"profiles.{profile}")


def _resolve(
    tree: nodes.Mapping,
    file: Path,
    project: Project,
    interpolator: Interpolator,
    environ: Mapping[str, str],
) -> AppSpec | None:
    filled = interpolator.mapping(without(tree, "profiles", "extends"))
    for key in ("profiles", "extends"):
        if (entry := tree.entries.get(key)) is not None:
            filled.entries[key] = entry
    filled = expand_schemes(filled, project)
    filled = expand_conversations(filled, project, interpolator)
    data = to_data(AgentFiles(project, interpolator).expand(filled, file))
    for key in [key for key in data.root if key.startswith("x-")]:
        del data.root[key]
    if project.lacks_layers:
        _fill_gaps(data.root)
    # Also the names of models that turn out to be wrong, or under a misspelt key.
    model_names = set(_keys(data.root.get("models")))
    found = check_shape(data)
    project.problems.take(*(explain_emptiness(item, project.sources) for item in found))
    if not data.is_sound:
        return None
    model_names.update(_keys(data.root.get("models")))
    return _build(data, project, frozenset(model_names), environ)


def _keys(value: Any) -> Iterable[str]:
    return value if isinstance(value, dict) else ()


def _build(
    data: AppData, project: Project, model_names: frozenset[str], environ: Mapping[str, str]
) -> AppSpec | None:
    _fill_gaps(data.root)
    context = SpecContext(project.root, CATALOGS, model_names)
    try:
        spec = AppSpec.model_validate(data.root, context=context)
    except ValidationError as error:
        # What is left of a broken file may be too little; its problems are noted already.
        if not project.problems:
            for problem in error.errors():
                _note_unforeseen(problem, data, project)
        return None
    check_meaning(spec, project, model_names, environ)
    return spec


def _fill_gaps(root: LocatedMap) -> None:
    """Gives the root agent its name, and a file without the two main keys something to go on."""
    name = root.get("name")
    if not isinstance(name, str):
        name = root["name"] = "app"
    agent = root.setdefault("root_agent", LocatedMap(root.at, "root_agent"))
    if isinstance(agent, LocatedMap) and not {"name", "code"} & agent.keys():
        mark = root.marks.get("name") or Mark(root.at, root.at)
        agent["name"] = LocatedText.of(identifier(name), mark.value, "name")
        agent.marks["name"] = mark


def _note_unforeseen(problem: Any, data: AppData, project: Project) -> None:
    place = find_place(data.root, problem["loc"]) or Place(data.root.at)
    project.problems.add(place.at, "E203", problem["msg"], path=place.path)

"""Checks what a schema cannot say: names that must be unique or known, and references."""

from __future__ import annotations

from collections.abc import Mapping

from adkconf.config.catalog.extensions import extension_names
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.checking.components import ComponentChecker
from adkconf.config.checking.conversations import check_conversations
from adkconf.config.checking.data_schemas import check_data_schemas
from adkconf.config.checking.server_access import check_auth
from adkconf.config.checking.workflow import check_workflow
from adkconf.config.problems import Problems
from adkconf.config.resolving.project import Project
from adkconf.config.spec.agent import AgentSpec, LlmAgentSpec, WorkflowSpec, walk_agents
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import ModelSpec
from adkconf.config.spec.contained import sections_in
from adkconf.config.spec.run import RunSpec
from adkconf.config.suggestion import did_you_mean, near_file

_NEAR_PROVIDERS = ("gemini-2.5-flash", "gemini-2.5-pro", "gemini-3.5-flash")


def check_meaning(
    app: AppSpec, project: Project, model_names: frozenset[str], environ: Mapping[str, str]
) -> None:
    """Notes what is wrong with an app whose shape is right."""
    problems = project.problems
    _check_names(app, project)
    _check_root(app, problems)
    _check_other_apps(app, project)
    _check_per_request(app.run, problems)
    _check_environment(app, problems, environ)
    _check_server(app, problems)
    check_conversations(app.tests, problems)
    components = ComponentChecker(project, app.trust.imports)
    for section in sections_in(app):
        check_data_schemas(section, problems)
        if isinstance(section, ModelSpec):
            _check_model(section, problems, model_names)
        components.check(section)


def _check_names(app: AppSpec, project: Project) -> None:
    problems = project.problems
    if app.name == "user":
        message = "an app cannot be called 'user': that is the author of the user's messages"
        problems.take(app.diagnostic("E601", message, steps=("name",)))
    seen: dict[str, AgentSpec | WorkflowSpec] = {}
    for agent in walk_agents(app.root_agent):
        if isinstance(agent, (AgentSpec, WorkflowSpec)):
            _check_agent_name(agent, seen, project)
        if isinstance(agent, WorkflowSpec):
            check_workflow(agent, problems)


def _check_server(app: AppSpec, problems: Problems) -> None:
    if app.server.auth is not None:
        for found in check_auth(app.server.auth):
            problems.take(found)


def _check_root(app: AppSpec, problems: Problems) -> None:
    root = app.root_agent
    if isinstance(root, LlmAgentSpec) and root.mode == "single_turn":
        message = f"the root agent {root.name!r} cannot have the mode 'single_turn'"
        hint = "leave it out, or set 'task'; in 'single_turn' an agent is called by its parent"
        problems.take(root.diagnostic("E204", message, hint=hint, steps=("mode",)))


def _check_per_request(run: RunSpec, problems: Problems) -> None:
    names = [name for name in RunSpec.model_fields if name not in ("on_busy", "per_request")]
    written = () if isinstance(run.per_request, str) else run.per_request
    for index, name in enumerate(written):
        if name not in names:
            message = f"runs have no option {name!r}"
            hint = did_you_mean(name, names) or "see the keys of `run`"
            steps = ("per_request", index)
            problems.take(run.diagnostic("E203", message, hint=hint, steps=steps))


def _check_other_apps(app: AppSpec, project: Project) -> None:
    for index, other in enumerate(app.apps):
        # Only there to be read: its own `adkconf validate` tells what is in it.
        if not (project.root / other.file).is_file():
            message = f"the file {other.file!r} does not exist"
            hint = near_file(project.root / other.file, (".yaml", ".yml"))
            steps = ("apps", index, "file")
            project.problems.take(app.diagnostic("E401", message, hint=hint, steps=steps))


def _check_agent_name(
    agent: AgentSpec | WorkflowSpec,
    seen: dict[str, AgentSpec | WorkflowSpec],
    project: Project,
) -> None:
    name, problems = agent.name, project.problems
    if not name:
        message = "the agent has no name"
        problems.take(agent.diagnostic("E202", message, hint="add 'name: …'"))
    elif not name.isidentifier():
        usable = identifier(name)
        message = f"the agent name {name!r} is no identifier"
        hint = f"use letters, digits and underscores, like {usable!r}"
        problems.take(agent.diagnostic("E601", message, hint=hint, steps=("name",)))
    elif name == "user":
        message = "an agent cannot be called 'user': that is the author of the user's messages"
        problems.take(agent.diagnostic("E601", message, steps=("name",)))
    elif name in seen:
        first, at = seen[name].span_of("name"), agent.span_of("name")
        # A file that is named twice makes one agent twice.
        first, *others = project.inclusions.get(at.file, [at]) if at == first else (first, at)
        message = f"there are two agents called {name!r}"
        hint = f"the other one is at {first.file}:{first.line}:{first.column}"
        for other in others or [at]:
            problems.add(other, "E602", message, hint=hint)
    else:
        seen[name] = agent


def identifier(name: str) -> str:
    """Makes an identifier of a name: `my-app` becomes `my_app`."""
    made = "".join(letter if letter.isalnum() else "_" for letter in name)
    return made if made.isidentifier() else f"agent_{made}"


def _check_environment(app: AppSpec, problems: Problems, environ: Mapping[str, str]) -> None:
    for index, name in enumerate(app.env.required):
        if not environ.get(name):
            near = did_you_mean(name, environ)
            message = f"the variable {name!r} is not set"
            problems.take(app.env.diagnostic("E301", message, hint=near, steps=("required", index)))


def _check_model(model: ModelSpec, problems: Problems, model_names: frozenset[str]) -> None:
    if model.kind != "entry_point":
        return
    builtins = CATALOGS["model"].builtins
    if model.name in extension_names("model"):
        return
    hint = did_you_mean(model.name, [*model_names, *builtins, *_NEAR_PROVIDERS])
    if not hint:
        hint = "define it under models, or write './file.py:Class' for a model of your own"
    problems.take(model.diagnostic("E603", f"unknown model {model.name!r}", hint=hint))

"""Checks what a schema cannot say: names that must be unique or known, and references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adkconf.config.catalog.extensions import extension_names
from adkconf.config.catalog.families import CATALOGS
from adkconf.config.checking.data_schemas import check_data_schemas
from adkconf.config.checking.references import ReferenceChecker, misfits
from adkconf.config.checking.workflow import check_workflow
from adkconf.config.problems import Problems
from adkconf.config.resolving.project import Project
from adkconf.config.spec.agent import AgentSpec, LlmAgentSpec, WorkflowSpec, walk_agents
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.component import ComponentSpec, ModelSpec
from adkconf.config.spec.contained import sections_in
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section
from adkconf.config.suggestion import did_you_mean

_NEAR_PROVIDERS = ("gemini-2.5-flash", "gemini-2.5-pro", "gemini-3.5-flash")


def check_meaning(
    app: AppSpec, project: Project, model_names: frozenset[str], environ: Mapping[str, str]
) -> None:
    """Notes what is wrong with an app whose shape is right."""
    problems = project.problems
    _check_names(app, problems)
    _check_supported(app, problems)
    _check_root(app, problems)
    _check_other_apps(app, project)
    _check_environment(app, problems, environ)
    references = ReferenceChecker(project, app.trust.imports)
    for section in sections_in(app):
        check_data_schemas(section, problems)
        if isinstance(section, ModelSpec):
            _check_model(section, problems, model_names)
        if isinstance(section, ComponentSpec):
            _check_component(section, references, problems)
        else:
            for ref in _own_references(section):
                references.check(ref)


def _check_names(app: AppSpec, problems: Problems) -> None:
    if app.name == "user":
        message = "an app cannot be called 'user': that is the author of the user's messages"
        problems.take(app.diagnostic("E601", message, steps=("name",)))
    seen: dict[str, AgentSpec | WorkflowSpec] = {}
    for agent in walk_agents(app.root_agent):
        if isinstance(agent, (AgentSpec, WorkflowSpec)):
            _check_agent_name(agent, seen, problems)
        if isinstance(agent, WorkflowSpec):
            check_workflow(agent, problems)


def _check_supported(app: AppSpec, problems: Problems) -> None:
    """Refuses what the language has and this version cannot do yet: nothing is ignored."""
    if app.tests:
        message = "this version does not run conversation tests"
        problems.take(app.diagnostic("E701", message, hint="leave 'tests' out", steps=("tests",)))


def _check_root(app: AppSpec, problems: Problems) -> None:
    root = app.root_agent
    if isinstance(root, LlmAgentSpec) and root.mode == "single_turn":
        message = f"the root agent {root.name!r} cannot have the mode 'single_turn'"
        hint = "leave it out, or set 'task'; in 'single_turn' an agent is called by its parent"
        problems.take(root.diagnostic("E204", message, hint=hint, steps=("mode",)))


def _check_other_apps(app: AppSpec, project: Project) -> None:
    for index, other in enumerate(app.apps):
        # Only there to be read: its own `adkconf validate` tells what is in it.
        if not (project.root / other.file).is_file():
            message = f"there is no file {other.file!r}"
            project.problems.take(app.diagnostic("E401", message, steps=("apps", index, "file")))


def _check_agent_name(
    agent: AgentSpec | WorkflowSpec,
    seen: dict[str, AgentSpec | WorkflowSpec],
    problems: Problems,
) -> None:
    name = agent.name
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
        first = seen[name].span_of("name")
        message = f"there are two agents called {name!r}"
        hint = f"the other one is at {first.file}:{first.line}:{first.column}"
        problems.take(agent.diagnostic("E602", message, hint=hint, steps=("name",)))
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


def _check_component(
    component: ComponentSpec, references: ReferenceChecker, problems: Problems
) -> None:
    for value in component.args.values():
        if isinstance(value, PythonRef):
            references.check(value)
    if component.ref is None:
        return
    definition = references.check(component.ref)
    # Without arguments, only a class is certain to be called.
    if not component.called and (definition is None or definition.kind != "class"):
        return
    for misfit in misfits(definition, component.args, len(component.positional)):
        steps = component.arg_steps(*filter(None, [misfit.argument]))
        message = f"{component.ref.attribute!r}: {misfit.message}"
        problems.take(
            component.diagnostic("E505", message, hint=misfit.hint, steps=steps, key=True)
        )


def _own_references(section: Section) -> Iterator[PythonRef]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        items = value if isinstance(value, tuple) else (value,)
        yield from (item for item in items if isinstance(item, PythonRef))

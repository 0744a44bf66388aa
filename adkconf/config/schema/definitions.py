"""The definitions of the schema that files are checked with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic.alias_generators import to_camel

from adkconf.config.catalog.families import CATALOGS
from adkconf.config.schema.fields import definition_name, object_schema
from adkconf.config.schema.forms import FORMS, Schema, add_agent_rules, component_forms
from adkconf.config.spec.agent import (
    AgentNodeSpec,
    AgentSpec,
    CodeAgentSpec,
    CustomAgentSpec,
    LlmAgentSpec,
    LoopAgentSpec,
    ParallelAgentSpec,
    SequentialAgentSpec,
    WorkflowSpec,
)
from adkconf.config.spec.generation import GenerateContentConfigSpec
from adkconf.config.spec.section import Section
from adkconf.config.spec.workflow import FunctionNodeSpec, JoinNodeSpec, ToolNodeSpec

# The classes that forms refer to.
_AGENTS: tuple[type[Section], ...] = (
    LlmAgentSpec,
    SequentialAgentSpec,
    ParallelAgentSpec,
    LoopAgentSpec,
    WorkflowSpec,
    CustomAgentSpec,
    CodeAgentSpec,
    AgentNodeSpec,
    FunctionNodeSpec,
    JoinNodeSpec,
    ToolNodeSpec,
)


class Definitions(Mapping[str, Schema]):
    """Definitions by their names, each made when it is asked for: a file needs few of them.

    Going through them makes all, in the order of the alphabet.
    """

    def __init__(self) -> None:
        self._families = {definition_name(family): family for family in CATALOGS}
        self._models: dict[str, type[Section]] = {}
        self._made: dict[str, Schema] = dict(FORMS)
        for agent in _AGENTS:
            self.meet(agent)

    def meet(self, model: type[Section]) -> None:
        """Takes a class up.

        Raises:
            ValueError: something else has the same name; one would stand for both.
        """
        name = model.__name__
        if name in FORMS or name in self._families:
            raise ValueError(f"{model.__module__}.{name} is called like a form: rename it")
        other = self._models.setdefault(name, model)
        if other is not model:
            homes = f"{other.__module__} and {model.__module__}"
            raise ValueError(f"two classes are called {name}, in {homes}: rename one")

    def __getitem__(self, name: str) -> Schema:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        for name in self._families:
            self[name]
        while missing := self._models.keys() - self._made.keys():
            for name in missing:
                self[name]
        return iter(sorted(self._made))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _make(self, name: str) -> Schema:
        if name in self._families:
            catalog = CATALOGS[self._families[name]]
            for builtin in catalog.builtins.values():
                self.meet(builtin.arguments)
            return component_forms(catalog, self)
        model = self._models[name]
        schema = object_schema(model, self.meet)
        if issubclass(model, AgentSpec):
            add_agent_rules(schema)
        if model is GenerateContentConfigSpec:
            _add_camel_case(schema)
        return schema


def _add_camel_case(definition: Schema) -> None:
    """Adds the other spelling of each key, which editors need not propose."""
    properties = definition["properties"]
    others = {name: to_camel(name) for name in properties if name != to_camel(name)}
    properties |= {
        other: {**properties[name], "doNotSuggest": True} for name, other in others.items()
    }
    definition["dependentSchemas"] = {
        name: {"properties": {other: {"not": {}}}} for name, other in others.items()
    }

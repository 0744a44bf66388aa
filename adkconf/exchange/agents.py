"""Agents as Python: each a variable, those below it first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adkconf.builder.agents import AGENT_CLASSES, PARTS, PLAIN_FIELDS
from adkconf.builder.credentials import CONFIG_FIELDS, WITH_CONFIG
from adkconf.builder.generation import content_of, generate_content_config
from adkconf.builder.problems import NOT_SUPPORTED, Fault
from adkconf.config.spec.agent import (
    AgentNode,
    AgentSpec,
    CodeAgentSpec,
    CustomAgentSpec,
    LlmAgentSpec,
    LoopAgentSpec,
    WorkflowSpec,
)
from adkconf.config.spec.component import ComponentSpec, ModelSpec, NamedCodeSpec, ToolSpec
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section
from adkconf.exchange.components import ComponentWriter
from adkconf.exchange.python_text import Call, Code, Expression, list_of
from adkconf.exchange.toolsets import TOOLSETS, ToolsetWriter
from adkconf.exchange.workflows import WorkflowWriter

_DATA_TYPE = "adkconf.agents.json_schema:data_type"
_ADOPT = "adkconf.builder.google_adk.models:adopt_model"


class AgentWriter:
    """Writes agents with their tools, models and sub-agents into a module."""

    def __init__(self, writer: ComponentWriter, models: Mapping[str, ModelSpec]) -> None:
        self._writer = writer
        self._module = writer.module
        self._values = writer.values
        self._engine = writer.components.engine
        self._models = models
        self._named: dict[str, Code] = {}
        self._variables: dict[int, Code] = {}
        self._toolsets = ToolsetWriter(writer)
        self._workflows = WorkflowWriter(writer, self.write, self._tool, self.schema)

    def write(self, spec: AgentNode, variable: str | None = None) -> Code:
        """Adds the agent to the module and returns its variable, or its name if it is imported.

        What cannot be written is told to the components' problems.
        """
        problems = self._writer.components.problems
        if isinstance(spec, CodeAgentSpec):
            with problems.at(spec.code, "the agent cannot be written"):
                made = self._writer.component(spec.code)
                return made if isinstance(made, Code) else self._add(spec.code.name, made, variable)
            return Code("None")
        made = Code("None")
        with problems.at(spec, f"agent {spec.name!r} cannot be written"):
            if isinstance(spec, WorkflowSpec):
                made = self._workflows.write(spec)
            else:
                made = self._agent(spec)
        self._variables[id(spec)] = self._add(spec.name, made, variable)
        return self._variables[id(spec)]

    def variable(self, spec: AgentNode) -> Code:
        """Returns the variable of an agent that is written."""
        return self._variables[id(spec)]

    def named(self, name: str) -> Code:
        """Returns the variable of a model of the app's `models`; adds it the first time.

        Raises:
            Fault: it cannot be written.
        """
        if name not in self._named:
            made = self.model(self._models[name])
            self._named[name] = self._module.assign(name, made, "model")
        return self._named[name]

    def is_name(self, spec: ModelSpec | NamedCodeSpec) -> bool:
        """Tells whether a model is written as a name, which a registry turns into the model."""
        if spec.kind == "named":
            return self.is_name(self._models[spec.name])
        return (
            (spec.kind, spec.name) == ("builtin", "gemini")
            and not spec.called
            and "model" in spec.args
        )

    def _add(self, name: str, made: Expression, variable: str | None) -> Code:
        if variable is not None:
            return self._module.claim(variable, made)
        return self._module.assign(name, made, "agent")

    def model(self, spec: ModelSpec | NamedCodeSpec) -> Expression:
        """Returns a model, or its name.

        Raises:
            Fault: it cannot be written.
        """
        if spec.kind == "named":
            return self.named(spec.name)
        if self.is_name(spec):
            model = str(spec.args["model"])
            return self._adopted(model, self._values.of(model, spec))
        if (template := self._values.template(spec)) is not None and spec.name == "echo":
            name = self._values.filled(template, spec.at)
            return self._adopted(spec.name, name)
        return self._adopted(self._target(spec), self._made(spec))

    def schema(self, written: Any, *, checking: bool, of: Section, field: str) -> Expression:
        """Returns a schema of data: a class, or what JSON schemas are to the runtime."""
        if isinstance(written, PythonRef):
            return self._writer.reference(written)
        plain = self._values.of(written, of, field)
        if not checking:
            return plain
        return Call(self._module.at(_DATA_TYPE).text, args=(plain,))

    def _agent(self, spec: AgentSpec) -> Expression:
        values = self._values
        fields: dict[str, Expression] = {"name": values.of(spec.name, spec, "name")}
        if isinstance(spec, CustomAgentSpec) or spec.description:
            fields["description"] = values.of(spec.description, spec, "description")
        if isinstance(spec, LlmAgentSpec):
            fields |= self._llm_fields(spec)
        elif isinstance(spec, LoopAgentSpec) and spec.max_iterations is not None:
            limit = values.of(spec.max_iterations, spec, "max_iterations")
            fields["max_iterations"] = limit
        for name, references in spec.callbacks().items():
            functions = [self._writer.reference(reference) for reference in references]
            fields[name] = functions[0] if len(functions) == 1 else list_of(functions)
        if isinstance(spec, CustomAgentSpec) or spec.sub_agents:
            below = (self._as_agent(child) for child in spec.sub_agents or ())
            fields["sub_agents"] = list_of(below)
        if not isinstance(spec, CustomAgentSpec):
            return Call(self._writer.address(AGENT_CLASSES[type(spec)]).text, fields)
        fields |= {key: values.of(value, spec, key) for key, value in spec.args.items()}
        return Call(self._writer.reference(spec.agent_class).text, fields)

    def _as_agent(self, spec: AgentNode) -> Expression:
        written = self.write(spec)
        made = None
        if isinstance(spec, CodeAgentSpec) and spec.code.ref is not None:
            made = self._writer.components.references.load(spec.code.ref)
        kind = self._engine.get("agents.base_agent:BaseAgent")
        if not isinstance(spec, (CodeAgentSpec, WorkflowSpec)) or isinstance(made, kind):
            return written
        if self._engine.name != "adkconf":
            message = "the engine has workflows only at the root and inside others"
            raise Fault(NOT_SUPPORTED, message)
        as_agent = self._writer.address("workflow.node_agent:as_agent")
        return Call(as_agent.text, args=(written,))

    def _llm_fields(self, spec: LlmAgentSpec) -> dict[str, Expression]:
        fields = dict[str, Expression]()
        if (model := spec.model or spec.model_code) is not None:
            fields["model"] = self.model(model)
        fields |= self._texts(spec)
        for name in ("input_schema", "output_schema"):
            if (schema := getattr(spec, name)) is not None:
                checking = name == "input_schema"
                fields[name] = self.schema(schema, checking=checking, of=spec, field=name)
        if spec.tools:
            fields["tools"] = list_of(self._tool(tool) for tool in spec.tools)
        if (options := spec.generate_content_config) is not None:
            config = generate_content_config(options)
            fields["generate_content_config"] = self._values.of(config, options)
        for name in PARTS:
            if (part := getattr(spec, name)) is not None:
                fields[name] = self._writer.component(part)
        return fields

    def _texts(self, spec: LlmAgentSpec) -> dict[str, Expression]:
        """Returns the fields that are as they are written."""
        written, defaults = dict[str, Expression](), LlmAgentSpec.model_fields
        for name in PLAIN_FIELDS:
            if (value := getattr(spec, name)) != defaults[name].default:
                written[name] = self._values.of(value, spec, name)
        if spec.static_instruction is not None:
            content = content_of(spec.static_instruction)
            written["static_instruction"] = self._values.of(content, spec, "static_instruction")
        return written

    def _tool(self, spec: ToolSpec) -> Expression:
        agent = spec.args.get("agent")
        if isinstance(agent, (AgentSpec, CodeAgentSpec, WorkflowSpec)):
            return self._writer.component(spec, {"agent": self._as_agent(agent)})  # type: ignore[arg-type]
        if spec.kind == "builtin" and spec.name in TOOLSETS:
            return self._toolsets.write(spec)
        if spec.kind == "builtin" and spec.name in WITH_CONFIG:
            config = {CONFIG_FIELDS[n]: spec.args[n] for n in CONFIG_FIELDS if n in spec.args}
            written = {
                name: self._values.of(value, spec, *spec.arg_steps(name))
                for name, value in config.items()
            }
            kind = self._writer.address("auth.auth_tool:AuthConfig").text
            given = {k: v for k, v in spec.args.items() if k not in CONFIG_FIELDS}
            return self._writer.component(
                spec.model_copy(update={"args": given}), {"auth_config": Call(kind, written)}
            )
        return self._writer.component(spec)

    def _made(self, spec: ModelSpec | NamedCodeSpec) -> Expression:
        """Returns a model's call; its further options are arguments like the others."""
        options = spec.args.get("options") if spec.kind == "builtin" else None
        if not options:
            return self._writer.component(spec)
        own = {name: value for name, value in spec.args.items() if name != "options"}
        further = {
            name: self._values.of(value, spec, *spec.arg_steps("options", name))
            for name, value in options.items()
        }
        return self._writer.component(spec.model_copy(update={"args": own}), further)

    def _target(self, spec: ComponentSpec) -> Any:
        return self._writer.components.find(spec)

    def _adopted(self, model: Any, written: Expression) -> Expression:
        """Returns what agents of the engine take: google-adk's need a cover for adkconf's."""
        kind = self._engine.get("models.base_llm:BaseLlm")
        if isinstance(model, type):
            foreign = not issubclass(model, kind)
        elif isinstance(model, str):
            foreign = not isinstance(self._engine.adopt_model(model), str)
        else:
            foreign = not isinstance(model, kind)
        if self._engine.name == "adkconf" or not foreign:
            return written
        return Call(self._module.at(_ADOPT).text, args=(written,))

"""From agents as they are written to agents that run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adkconf.builder.components import Components, check_kind
from adkconf.builder.credentials import with_credential
from adkconf.builder.generation import content_of, generate_content_config
from adkconf.builder.mcp import with_connection
from adkconf.builder.openapi import with_document
from adkconf.builder.problems import NOT_SUPPORTED, NOT_USABLE, Fault, KnownFault
from adkconf.builder.schemas import Schemas
from adkconf.builder.workflows import Workflows
from adkconf.config.spec.agent import (
    AgentNode,
    AgentSpec,
    CodeAgentSpec,
    CustomAgentSpec,
    LlmAgentSpec,
    LoopAgentSpec,
    ParallelAgentSpec,
    SequentialAgentSpec,
    WorkflowSpec,
)
from adkconf.config.spec.component import ComponentSpec, ModelSpec, NamedCodeSpec, ToolSpec
from adkconf.config.spec.reference import PythonRef

AGENT_CLASSES: Mapping[type[AgentSpec], str] = {
    LlmAgentSpec: "agents.llm_agent:LlmAgent",
    LoopAgentSpec: "agents.loop_agent:LoopAgent",
    ParallelAgentSpec: "agents.parallel_agent:ParallelAgent",
    SequentialAgentSpec: "agents.sequential_agent:SequentialAgent",
}

# Fields that go to the constructor as they are written.
PLAIN_FIELDS = (
    "instruction",
    "global_instruction",
    "include_contents",
    "mode",
    "disallow_transfer_to_parent",
    "disallow_transfer_to_peers",
    "output_key",
)
# Components of an agent, and what they must be.
PARTS: Mapping[str, str] = {
    "planner": "planners.base_planner:BasePlanner",
    "code_executor": "code_executors.base_code_executor:BaseCodeExecutor",
}


class Agents:
    """Builds agents with their tools, models and sub-agents.

    An agent that cannot be built is None, and its problems are told; those around it are built
    all the same, to find theirs.
    """

    def __init__(self, components: Components, models: Mapping[str, ModelSpec]) -> None:
        self._components = components
        self._problems = components.problems
        self._models = models
        self._named: dict[str, Any] = {}
        self.engine = components.engine
        self._get = components.engine.get
        self._schemas = Schemas(components)
        self._workflows = Workflows(components, self.build, self.tool)

    def build(self, spec: AgentNode) -> Any:
        """Returns the agent, or None."""
        if isinstance(spec, CodeAgentSpec):
            return self._from_code(spec)
        if isinstance(spec, WorkflowSpec):
            return self._workflows.build(spec)
        what = f"agent {spec.name!r}"
        fields = self._common_fields(spec)
        if isinstance(spec, LlmAgentSpec):
            fields |= self._llm_fields(spec)
        elif isinstance(spec, LoopAgentSpec) and spec.max_iterations is not None:
            fields["max_iterations"] = spec.max_iterations
        with self._problems.at(spec, f"{what} cannot be made"):
            agent = self._components.call(self._class(spec), spec, fields)
            check_kind(agent, self._get("agents.base_agent:BaseAgent"), what)
            return agent
        return None

    def build_root(self, spec: AgentNode) -> Any:
        """Returns the agent, an App around one where code has that, or None."""
        if isinstance(spec, CodeAgentSpec):
            return self._from_code(spec, self._get("apps.app:App"))
        return self.build(spec)

    def make_models(self) -> None:
        """Makes the models that have a name, used or not, so that mistakes in them are found."""
        for name, spec in self._models.items():
            with self._problems.at(spec, f"model {name!r} cannot be made"):
                self._named[name] = self._component_model(spec)

    def named_model(self, name: str) -> Any:
        """Returns a model by its name in `models`; an empty name if there is none, or it broke."""
        return self._named.get(name, "")

    def model(self, spec: ModelSpec | NamedCodeSpec | None) -> Any:
        """Returns a model or its name; an empty name where there is none, or it is broken."""
        if spec is None:
            return ""
        if spec.kind == "named":
            return self.named_model(spec.name)
        if spec.kind == "builtin" and spec.name == "gemini" and spec.args and not spec.called:
            # Only a name: the registry finds its class when it is needed.
            name = str(spec.args["model"])
            with self._problems.at(spec, f"model {name!r} cannot be made"):
                return self.engine.adopt_model(name)
            return ""
        with self._problems.at(spec, f"model {spec.name!r} cannot be made"):
            return self._component_model(spec)
        return ""

    def _from_code(self, spec: CodeAgentSpec, *others: type) -> Any:
        name = spec.code.name
        with self._problems.at(spec.code, f"agent {name} cannot be made"):
            agent = self._components.make(spec.code)
            if not isinstance(agent, (self._get("workflow.base_node:BaseNode"), *others)):
                check_kind(agent, self._get("agents.base_agent:BaseAgent"), name)
            return agent
        return None

    def _class(self, spec: AgentSpec) -> Any:
        if not isinstance(spec, CustomAgentSpec):
            return self._get(AGENT_CLASSES[type(spec)])
        found = self._components.references.load(spec.agent_class)
        if not isinstance(found, type):
            raise Fault(NOT_USABLE, f"{spec.agent_class.text} is no class", steps=("agent_class",))
        return found

    def _common_fields(self, spec: AgentSpec) -> dict[str, Any]:
        fields: dict[str, Any] = {"name": spec.name, "description": spec.description}
        children = [self._as_agent(child) for child in spec.sub_agents or ()]
        fields["sub_agents"] = [child for child in children if child is not None]
        for name, references in spec.callbacks().items():
            fields[name] = self._functions(spec, name, references)
        return fields | (spec.args if isinstance(spec, CustomAgentSpec) else {})

    def _as_agent(self, spec: AgentNode) -> Any:
        """Returns the agent, or one that runs the workflow; or None."""
        built = self.build(spec)
        if built is None:
            return None
        with self._problems.at(spec, f"agent {built.name!r} cannot be used here"):
            agent = self._get("workflow.node_agent:as_agent")(built)
            if isinstance(agent, self._get("agents.base_agent:BaseAgent")):
                return agent
            engine = self.engine.name
            message = f"the engine {engine!r} has workflows only at the root and inside others"
            raise Fault(NOT_SUPPORTED, message)
        return None

    def _functions(
        self, spec: AgentSpec, field: str, references: tuple[PythonRef, ...]
    ) -> list[Callable[..., Any]]:
        functions = []
        for number, reference in enumerate(references):
            with self._problems.at(spec, f"{field} {reference.text}", f"{field}s", number):
                function = self._components.references.load(reference)
                if not callable(function):
                    raise Fault(NOT_USABLE, f"{reference.text} is no function")
                functions.append(function)
        return functions

    def _llm_fields(self, spec: LlmAgentSpec) -> dict[str, Any]:
        written = {name: getattr(spec, name) for name in PLAIN_FIELDS}
        fields = {name: value for name, value in written.items() if value is not None}
        fields["model"] = self.model(spec.model or spec.model_code)
        fields["tools"] = self._tools(spec)
        with self._problems.at(spec, "input_schema cannot be used", "input_schema"):
            fields["input_schema"] = self._schemas.checking(spec.input_schema)
        with self._problems.at(spec, "output_schema cannot be used", "output_schema"):
            fields["output_schema"] = self._schemas.plain(spec.output_schema)
        if spec.static_instruction is not None:
            with self._problems.at(spec, "no content", "static_instruction"):
                fields["static_instruction"] = content_of(spec.static_instruction)
        if spec.generate_content_config is not None:
            options = spec.generate_content_config
            with self._problems.at(options, "the options cannot be used"):
                fields["generate_content_config"] = generate_content_config(options)
        fields |= self._parts(spec)
        return fields

    def _parts(self, spec: LlmAgentSpec) -> dict[str, Any]:
        parts = {}
        for name, kind in PARTS.items():
            part: ComponentSpec | None = getattr(spec, name)
            if part is not None:
                with self._problems.at(part, f"{name} {part.name!r} cannot be made"):
                    made = self._components.make(part)
                    check_kind(made, self._get(kind), part.name)
                    parts[name] = made
        return parts

    def _component_model(self, spec: ModelSpec | NamedCodeSpec) -> Any:
        args = dict(spec.args)
        if spec.kind == "builtin":
            args |= args.pop("options", None) or {}
        model = self.engine.adopt_model(self._components.make(spec, args))
        check_kind(model, self._get("models.base_llm:BaseLlm"), spec.name)
        return model

    def _tools(self, spec: LlmAgentSpec) -> list[Any]:
        tools = []
        for tool in spec.tools or ():
            with self._problems.at(tool, f"tool {tool.name!r} cannot be made"):
                tools.append(self.tool(tool))
        return tools

    def tool(self, spec: ToolSpec) -> Any:
        """Returns a tool, or a set of tools.

        Raises:
            Fault: it cannot be made.
            KnownFault: the same, and that has been told.
        """
        args = dict(spec.args)
        if isinstance(agent := args.get("agent"), (AgentSpec, CodeAgentSpec, WorkflowSpec)):
            args["agent"] = self._as_agent(agent)  # type: ignore[arg-type]
            if args["agent"] is None:
                raise KnownFault
        if spec.kind == "builtin" and {"auth_scheme", "auth_credential"} & args.keys():
            args = with_credential(spec, self._components)
        if spec.kind == "builtin" and spec.name == "mcp":
            args = with_connection(spec, args, self._components)
        if spec.kind == "builtin" and spec.name == "openapi":
            args = with_document(spec, args, self._components)
        tool = self._components.make(spec, args)
        if isinstance(tool, self._get("tools.base_toolset:BaseToolset")):
            return tool
        if callable(tool) and not isinstance(tool, self._get("tools.base_tool:BaseTool")):
            # Made here and not by the agent, so that a signature that no model can be told of is
            # located.
            return self._get("tools.function_tool:FunctionTool")(tool)
        check_kind(tool, self._get("tools.base_tool:BaseTool"), spec.name)
        return tool

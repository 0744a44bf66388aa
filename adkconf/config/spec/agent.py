"""Agents: a superset of google-adk's Agent Config."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainValidator, Tag, ValidationInfo, WithJsonSchema

from adkconf.config.located import LocatedMap, bare
from adkconf.config.spec.choice import OneOf
from adkconf.config.spec.component import (
    CodeExecutorSpec,
    ModelSpec,
    NamedCodeSpec,
    PlannerSpec,
    ToolSpec,
    read_reference,
)
from adkconf.config.spec.data_schema import DataSchema
from adkconf.config.spec.generation import GenerateContentConfigSpec
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section
from adkconf.config.spec.workflow import (
    NODE_CLASSES,
    START,
    DataOptions,
    EdgeSpec,
    FunctionNodeSpec,
    JoinNodeSpec,
    NodeSpec,
    ObjectNodeSpec,
    ToolNodeSpec,
    WorkerOptions,
)

CALLBACKS = (
    "before_agent_callbacks",
    "after_agent_callbacks",
    "before_model_callbacks",
    "after_model_callbacks",
    "on_model_error_callbacks",
    "before_tool_callbacks",
    "after_tool_callbacks",
    "on_tool_error_callbacks",
)

LLM_AGENT = "LlmAgent"
WORKFLOW_AGENTS = ("SequentialAgent", "ParallelAgent", "LoopAgent")
WORKFLOW = "Workflow"
PLAIN_NODES = (FunctionNodeSpec, JoinNodeSpec, ToolNodeSpec, ObjectNodeSpec)


def _read_callbacks(data: Any, info: ValidationInfo) -> tuple[PythonRef, ...]:
    items = data if isinstance(data, list) else [] if data is None else [data]
    names = (item["name"] if isinstance(item, dict) else item for item in items)
    return tuple(read_reference(name, info.context) for name in names)


def _read_reference(data: Any, info: ValidationInfo) -> PythonRef:
    return read_reference(data, info.context)


Reference = Annotated[
    PythonRef, PlainValidator(_read_reference), WithJsonSchema({"x-component": "reference"})
]
Callbacks = Annotated[
    tuple[PythonRef, ...],
    PlainValidator(_read_callbacks),
    WithJsonSchema({"x-component": "callbacks"}),
]
Edges = Annotated[tuple[EdgeSpec, ...], WithJsonSchema({"x-component": "workflow_edges"})]


class AgentSpec(Section):
    """What every agent written in YAML has."""

    name: str = Field(default="", examples=["researcher"])
    """The agent's name: an identifier, unique in the app. The root agent's default is the app's
    name."""
    description: str = ""
    """What the agent does; other agents decide by it whether to hand the conversation over."""
    sub_agents: tuple[AgentNode, ...] | None = None
    """Agents below this one: blocks, `{config_path: file.yaml}`, or `{code: module.object}`."""
    before_agent_callbacks: Callbacks = ()
    """Functions called before the agent runs; the first content returned answers instead."""
    after_agent_callbacks: Callbacks = ()
    """Functions called after the agent ran; the first content returned is added."""

    @classmethod
    def _fields_of(cls, data: Any, _info: ValidationInfo) -> Any:
        return _with_plural_callbacks(data)

    def callbacks(self) -> dict[str, tuple[PythonRef, ...]]:
        """Returns the callbacks that were written, by the agent's own (singular) field names."""
        return {
            name.removesuffix("s"): references
            for name in CALLBACKS
            if (references := getattr(self, name, ()))
        }


class LlmAgentSpec(AgentSpec):
    """An agent that a model drives."""

    agent_class: Literal["LlmAgent", "Agent"] = "LlmAgent"
    """The kind of agent."""
    model: ModelSpec | None = None
    """The model: `gemini-2.5-flash`, `echo`, a name of `models`, or a component. Unset, the
    nearest ancestor's is used."""
    model_code: NamedCodeSpec | None = None
    """The model as a Python object; ADK's other way to write `model`."""
    instruction: str = Field(default="", examples=["Be concise."])
    """What the model is told to do. `{key}` is replaced by the state's value."""
    static_instruction: str | dict[str, Any] | list[Any] | None = None
    """Sent as it is before everything else, so that it can be cached."""
    global_instruction: str = ""
    """An instruction for this agent and all agents below it."""
    include_contents: Literal["default", "none"] = "default"
    """`none` shows the model only the current turn."""
    disallow_transfer_to_parent: bool | None = None
    """Do not hand the conversation to the parent agent."""
    disallow_transfer_to_peers: bool | None = None
    """Do not hand the conversation to the parent's other agents."""
    input_schema: DataSchema = None
    """What callers give when the agent is a tool: a pydantic model by reference, or a JSON
    schema."""
    output_schema: DataSchema = None
    """What the model must answer with: a pydantic model by reference, or a JSON schema."""
    output_key: str | None = None
    """The state key that the final answer is written to."""
    tools: tuple[ToolSpec, ...] | None = None
    """What the model may call."""
    generate_content_config: GenerateContentConfigSpec | None = None
    """Options of model calls, with google-genai's names."""
    planner: PlannerSpec | None = None
    """Has the model plan before it acts."""
    code_executor: CodeExecutorSpec | None = None
    """Runs the code that the model writes."""
    mode: Literal["chat", "task", "single_turn"] | None = None
    """How the agent takes part: `chat` (the usual way: others hand the conversation to it), `task`
    (its parent calls it as a tool, and it talks with the user until its task is done) or
    `single_turn` (its parent calls it as a tool, and it answers at once; what agents do as nodes
    of workflows)."""
    before_model_callbacks: Callbacks = ()
    """Functions called before each model call; the first response returned is used instead."""
    after_model_callbacks: Callbacks = ()
    """Functions called after each model call; the first response returned replaces it."""
    on_model_error_callbacks: Callbacks = ()
    """Functions called when a model call fails; the first response returned is used instead."""
    before_tool_callbacks: Callbacks = ()
    """Functions called before each tool call; the first result returned is used instead."""
    after_tool_callbacks: Callbacks = ()
    """Functions called after each tool call; the first result returned replaces it."""
    on_tool_error_callbacks: Callbacks = ()
    """Functions called when a tool fails; the first result returned is used instead."""


class SequentialAgentSpec(AgentSpec):
    """Runs its sub-agents one after the other."""

    agent_class: Literal["SequentialAgent"]
    """The kind of agent."""


class ParallelAgentSpec(AgentSpec):
    """Runs its sub-agents at the same time."""

    agent_class: Literal["ParallelAgent"]
    """The kind of agent."""


class LoopAgentSpec(AgentSpec):
    """Runs its sub-agents over and over."""

    agent_class: Literal["LoopAgent"]
    """The kind of agent."""
    max_iterations: int | None = Field(default=None, ge=1)
    """How often at most; without it, until a sub-agent escalates (see the tool `exit_loop`)."""


class WorkflowSpec(WorkerOptions, DataOptions):
    """Runs nodes along edges: functions, agents, tools and other workflows."""

    agent_class: Literal["Workflow"]
    """The kind of agent."""
    name: str = Field(default="", examples=["review"])
    """The workflow's name: an identifier, unique in the app. The root agent's default is the
    app's name."""
    nodes: dict[str, WorkflowNode] = {}
    """Nodes by the names that the edges use: blocks with `agent_class`, files, or references."""
    edges: Edges = ()
    """Chains of nodes that begin with `START`: `[START, a, [b, c], join]`; with a map to choose by
    route: `[a, {yes: b, __DEFAULT__: c}]`; or `{from_node: a, to_node: b, route: yes}`. A node is
    a name, a file, a reference, or written right there."""
    max_concurrency: int | None = Field(default=None, ge=1)
    """How many nodes run at the same time at most."""

    def node_called(self, name: str) -> str | None:
        """Returns the key in `nodes` of what an edge calls by that name; None for nothing.

        A file or a reference can also be called by the name of what is in it.
        """
        if name == START or name in self.nodes:
            return name
        return next((key for key, node in self.nodes.items() if _own_name(node) == name), None)


class AgentNodeSpec(NodeSpec):
    """Runs an agent, with the options of a node."""

    agent_class: Literal["AgentNode"]
    """The kind of node."""
    agent: AgentNode
    """The agent: a block, a file, or a reference."""


def _own_name(node: WorkflowNode) -> str:
    if isinstance(node, ObjectNodeSpec):
        return node.ref.attribute.rpartition(".")[2]
    if isinstance(node, FunctionNodeSpec):
        return node.name or node.func_code.attribute.rpartition(".")[2]
    if isinstance(node, AgentNodeSpec):
        return node.name or _own_name(node.agent)
    return "" if isinstance(node, CodeAgentSpec) else node.name


class CustomAgentSpec(AgentSpec):
    """An agent of a class of your own; keys that are not known here go to its constructor."""

    model_config = ConfigDict(extra="allow")

    agent_class: Reference
    """The class: `./file.py:Class`, `package.module:Class` or `package.module.Class`."""

    @property
    def args(self) -> dict[str, Any]:
        """The further constructor arguments."""
        extra: dict[str, Any] = bare(self.model_extra or {})
        return extra

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Yields what `repr` shows: any argument may be a secret, so only their names."""
        extra = self.model_extra or {}
        yield from (item for item in super().__repr_args__() if item[0] not in extra)
        yield "args", tuple(extra)


class CodeAgentSpec(Section):
    """An agent made in Python: an object, or a function that `args` are given to."""

    code: NamedCodeSpec
    """The agent: a reference, or `{name: reference, args: {…}}`."""

    @classmethod
    def _fields_of(cls, data: Any, _info: ValidationInfo) -> Any:
        return {"code": data} if isinstance(data, str) else data


def agent_kind(data: Any) -> str:
    """Tells by one look which kind of agent the data describes; the tag of the union below."""
    if not isinstance(data, dict) or ("code" in data and "agent_class" not in data):
        return "code"
    agent_class = data.get("agent_class")
    if agent_class in (None, "Agent"):
        return LLM_AGENT
    known = (LLM_AGENT, *WORKFLOW_AGENTS, WORKFLOW)
    return str(agent_class) if agent_class in known else "custom"


def node_kind(data: Any) -> str:
    """Tells which kind of node of a workflow the data describes."""
    if isinstance(data, dict) and data.get("agent_class") in NODE_CLASSES:
        return str(data["agent_class"])
    return agent_kind(data) if isinstance(data, dict) else "object"


AgentNode = Annotated[
    Annotated[LlmAgentSpec, Tag("LlmAgent")]
    | Annotated[SequentialAgentSpec, Tag("SequentialAgent")]
    | Annotated[ParallelAgentSpec, Tag("ParallelAgent")]
    | Annotated[LoopAgentSpec, Tag("LoopAgent")]
    | Annotated[WorkflowSpec, Tag("Workflow")]
    | Annotated[CustomAgentSpec, Tag("custom")]
    | Annotated[CodeAgentSpec, Tag("code")],
    OneOf(agent_kind),
    WithJsonSchema({"x-component": "agent"}),
]

WorkflowNode = Annotated[
    Annotated[LlmAgentSpec, Tag("LlmAgent")]
    | Annotated[SequentialAgentSpec, Tag("SequentialAgent")]
    | Annotated[ParallelAgentSpec, Tag("ParallelAgent")]
    | Annotated[LoopAgentSpec, Tag("LoopAgent")]
    | Annotated[WorkflowSpec, Tag("Workflow")]
    | Annotated[CustomAgentSpec, Tag("custom")]
    | Annotated[CodeAgentSpec, Tag("code")]
    | Annotated[AgentNodeSpec, Tag("AgentNode")]
    | Annotated[FunctionNodeSpec, Tag("FunctionNode")]
    | Annotated[JoinNodeSpec, Tag("JoinNode")]
    | Annotated[ToolNodeSpec, Tag("ToolNode")]
    | Annotated[ObjectNodeSpec, Tag("object")],
    OneOf(node_kind),
    WithJsonSchema({"x-component": "workflow_node"}),
]


def walk_agents(agent: AgentNode) -> Iterable[AgentNode]:
    """Yields the agent and all below it, those behind tools included."""
    yield agent
    if isinstance(agent, WorkflowSpec):
        for node in agent.nodes.values():
            if isinstance(node, AgentNodeSpec):
                yield from walk_agents(node.agent)
            elif not isinstance(node, PLAIN_NODES):
                yield from walk_agents(node)
        return
    if isinstance(agent, CodeAgentSpec):
        return
    for child in agent.sub_agents or ():
        yield from walk_agents(child)
    for tool in (agent.tools or ()) if isinstance(agent, LlmAgentSpec) else ():
        if isinstance(below := tool.args.get("agent"), Section):
            yield from walk_agents(below)  # type: ignore[arg-type]


def _with_plural_callbacks(data: Any) -> Any:
    singular = [name for name in CALLBACKS if isinstance(data, dict) and name[:-1] in data]
    if not singular:
        return data
    renamed: dict[str, Any] = LocatedMap(data.at, data.path) if isinstance(data, LocatedMap) else {}
    plural = {name[:-1]: name for name in singular}
    renamed.update({plural.get(key, key): value for key, value in data.items()})
    return renamed

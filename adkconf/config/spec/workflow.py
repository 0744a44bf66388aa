"""Nodes of a workflow that are no agents, and its edges."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema

from adkconf.config.spec.auth import AuthConfigSpec
from adkconf.config.spec.component import ToolSpec, read_reference
from adkconf.config.spec.data_schema import DataSchema
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section

START = "START"
NODE_CLASSES = ("AgentNode", "FunctionNode", "JoinNode", "ToolNode")


def _read_named_reference(data: Any, info: ValidationInfo) -> PythonRef:
    return read_reference(data["name"] if isinstance(data, dict) else data, info.context)


NamedReference = Annotated[
    PythonRef,
    PlainValidator(_read_named_reference),
    WithJsonSchema({"x-component": "named_reference"}),
]


class RetrySpec(Section):
    """How often and when a failed node is tried again."""

    max_attempts: int = Field(default=5, ge=0)
    """How often at most, the first time included."""
    initial_delay: float = Field(default=1.0, ge=0)
    """Seconds before the second attempt."""
    max_delay: float = Field(default=60.0, ge=0)
    """The longest delay, in seconds."""
    backoff_factor: float = Field(default=2.0, ge=0)
    """What each delay is multiplied by for the next one."""
    jitter: float = Field(default=1.0, ge=0)
    """How far a delay is spread, as a share of itself."""
    exceptions: tuple[str, ...] | None = None
    """Names of exceptions to try again after; without it, after all."""


class NodeOptions(Section):
    """What all nodes of a workflow have, workflows among them."""

    description: str = ""
    """What the node does."""
    retry_config: RetrySpec | None = None
    """How often and when the node is tried again after a failure."""
    timeout: float | None = Field(default=None, gt=0)
    """Seconds after which the node fails."""
    rerun_on_resume: bool | None = None
    """Run the node again after an interrupt; otherwise the answer is its output."""
    wait_for_output: bool | None = None
    """The nodes behind it wait until it has an output or a route, also over several runs."""
    state_schema: DataSchema = None
    """The state's keys and types, for the node and those below it: a pydantic model by reference,
    or a JSON schema with `properties`."""


class DataOptions(Section):
    """What comes in and goes out."""

    input_schema: DataSchema = None
    """What the input must be: a pydantic model by reference, or a JSON schema."""
    output_schema: DataSchema = None
    """What the output must be: a pydantic model by reference, or a JSON schema."""


class WorkerOptions(NodeOptions):
    """What nodes have that can work on the items of a list."""

    parallel_worker: bool | None = None
    """Run it once for each item of its input, all at the same time."""
    max_parallel_workers: int | None = Field(default=None, ge=1)
    """How many items at most at the same time; needs `parallel_worker`."""


class NodeSpec(WorkerOptions):
    """What these nodes have."""

    name: str = Field(default="", examples=["fetch"])
    """The node's name; without it, that of the function, the tool, the agent, or the key in
    `nodes`."""


class FunctionNodeSpec(NodeSpec, DataOptions):
    """Calls a Python function."""

    agent_class: Literal["FunctionNode"]
    """The kind of node."""
    func_code: NamedReference
    """The function: `./file.py:function` or `package.module.function`."""
    parameter_binding: Literal["state", "node_input"] | None = None
    """Where its parameters come from: the state (the default), or the keys of the input."""
    require_confirmation: bool | None = None
    """Ask a person before it is called."""
    auth_config: AuthConfigSpec | None = None
    """Ask the user for this credential before it is called, unless the state has it."""


class JoinNodeSpec(NodeOptions, DataOptions):
    """Waits for all nodes before it; its output maps their names to their outputs, each of which
    must be of the `input_schema`.
    """

    agent_class: Literal["JoinNode"]
    """The kind of node."""
    name: str = Field(default="", examples=["join"])
    """The node's name; without it, the key in `nodes`."""


class ToolNodeSpec(NodeSpec, DataOptions):
    """Calls a tool with its input as the arguments."""

    agent_class: Literal["ToolNode"]
    """The kind of node."""
    tool: ToolSpec
    """The tool."""


class ObjectNodeSpec(Section):
    """A Python object by reference: a function, a tool, an agent or a node."""

    ref: NamedReference

    @classmethod
    def _fields_of(cls, data: Any, _info: ValidationInfo) -> Any:
        return {"ref": data} if isinstance(data, str) else data


class EdgeSpec(Section):
    """From one node to another; with routes only when the first node chooses one of them."""

    from_node: str
    """`START`, or the name of a node."""
    to_node: str
    """The name of a node."""
    route: bool | int | str | tuple[bool | int | str, ...] | None = None
    """The route, or several."""

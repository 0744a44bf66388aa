"""The built-in tools, under google-adk's names."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema

from adkconf.config.catalog.mcp import McpArguments
from adkconf.config.catalog.openapi import OpenApiArguments
from adkconf.config.spec.agent import AgentNode, Reference
from adkconf.config.spec.auth import OptionalAuthArguments
from adkconf.config.spec.auth_scheme import AuthSchemeSpec
from adkconf.config.spec.component import Builtin, Catalog, read_reference
from adkconf.config.spec.reference import PythonRef
from adkconf.config.spec.section import Section


class AgentToolArguments(Section):
    """Another agent as a tool."""

    agent: AgentNode
    """The agent: a block, `{config_path: file.yaml}` or `{code: module.object}`."""
    skip_summarization: bool = False
    """The agent's answer is final; the model does not put it in words of its own."""
    include_plugins: bool = True
    """The app's plugins take part in the agent's runs."""


class FunctionToolArguments(Section):
    """A Python function as a tool."""

    func: Reference
    """The function: `./file.py:function`, `package.module:function`."""


def _read_examples(data: Any, info: ValidationInfo) -> PythonRef | list[Any]:
    return data if isinstance(data, list) else read_reference(data, info.context)


_CONTENT = {"type": ["string", "object"], "description": "A text, or a content."}
_EXAMPLE = {
    "type": "object",
    "properties": {
        "input": {**_CONTENT, "description": "What the user says."},
        "output": {
            "type": "array",
            "items": _CONTENT,
            "description": "How it is answered, turn by turn.",
        },
    },
    "required": ["input", "output"],
    "additionalProperties": False,
}


class AuthenticatedFunctionToolArguments(OptionalAuthArguments):
    """A Python function that needs a credential; its parameter `credential` gets it."""

    func: Reference
    """The function: `./file.py:function`, `package.module:function`."""
    auth_scheme: AuthSchemeSpec
    """How the service wants to be authenticated to, as OpenAPI describes it."""
    response_for_auth_required: str | dict[str, Any] | None = None
    """What the model is told while the user is asked for the credential."""


class ExampleToolArguments(Section):
    """Examples for the model."""

    examples: Annotated[
        PythonRef | list[Any],
        PlainValidator(_read_examples),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "array", "items": _EXAMPLE},
                    {"$ref": "#/$defs/Reference"},
                ]
            }
        ),
    ]
    """The examples, or a Python object that finds them: a BaseExampleProvider."""


class VertexAiSearchToolArguments(Section):
    """What of Vertex AI Gemini searches."""

    data_store_id: str | None = None
    """A data store: `projects/…/locations/…/collections/…/dataStores/…`."""
    search_engine_id: str | None = None
    """Or an engine: `projects/…/locations/…/collections/…/engines/…`."""
    data_store_specs: list[dict[str, Any]] | None = None
    """Which stores of the engine: `[{data_store: …}]`."""
    filter: str | None = None
    """Which documents."""
    max_results: int | None = Field(default=None, ge=1)
    """How many results at most."""


TOOLS = Catalog.of(
    "tool",
    Builtin("AgentTool", "Another agent as a tool.", AgentToolArguments),
    Builtin(
        "AuthenticatedFunctionTool",
        "A Python function that needs a credential.",
        AuthenticatedFunctionToolArguments,
    ),
    Builtin("ExampleTool", "Shows the model examples.", ExampleToolArguments, main="examples"),
    Builtin("FunctionTool", "A Python function as a tool.", FunctionToolArguments, main="func"),
    Builtin(
        "LongRunningFunctionTool",
        "A Python function whose result comes later.",
        FunctionToolArguments,
        main="func",
    ),
    Builtin("VertexAiSearchTool", "Gemini searches a data store.", VertexAiSearchToolArguments),
    Builtin("enterprise_web_search", "Gemini searches the web, for enterprises."),
    Builtin("exit_loop", "Ends the loop that the agent runs in."),
    Builtin("get_user_choice", "Asks the user to choose."),
    Builtin("google_maps_grounding", "Gemini looks at Google Maps."),
    Builtin("google_search", "Gemini searches with Google."),
    Builtin("load_artifacts", "Shows the model artifacts that it asks for."),
    Builtin(
        "mcp", "The tools of an MCP server.", McpArguments, aliases=("McpToolset", "MCPToolset")
    ),
    Builtin(
        "openapi",
        "The operations of an HTTP API.",
        OpenApiArguments,
        main="spec",
        aliases=("OpenAPIToolset",),
        files=("spec",),
    ),
    Builtin("load_memory", "Searches earlier conversations when the model asks."),
    Builtin("preload_memory", "Searches earlier conversations before each model call."),
    Builtin("transfer_to_agent", "Hands the conversation to another agent."),
    Builtin("url_context", "Gemini reads pages of the web."),
)

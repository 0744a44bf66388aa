"""The built-in tools, under google-adk's names."""

from __future__ import annotations

from adkconf.config.spec.agent import AgentNode, Reference
from adkconf.config.spec.component import Builtin, Catalog
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


TOOLS = Catalog.of(
    "tool",
    Builtin("AgentTool", "Another agent as a tool.", AgentToolArguments),
    Builtin("FunctionTool", "A Python function as a tool.", FunctionToolArguments, main="func"),
    Builtin(
        "LongRunningFunctionTool",
        "A Python function whose result comes later.",
        FunctionToolArguments,
        main="func",
    ),
    Builtin("enterprise_web_search", "Gemini searches the web, for enterprises."),
    Builtin("exit_loop", "Ends the loop that the agent runs in."),
    Builtin("get_user_choice", "Asks the user to choose."),
    Builtin("google_maps_grounding", "Gemini looks at Google Maps."),
    Builtin("google_search", "Gemini searches with Google."),
    Builtin("load_artifacts", "Shows the model artifacts that it asks for."),
    Builtin("load_memory", "Searches earlier conversations when the model asks."),
    Builtin("preload_memory", "Searches earlier conversations before each model call."),
    Builtin("transfer_to_agent", "Hands the conversation to another agent."),
    Builtin("url_context", "Gemini reads pages of the web."),
)

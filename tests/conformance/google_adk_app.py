"""Reads an app's YAML into google-adk's objects, so that both engines run what is written once.

It knows as much of the language as the scenarios use, and nothing of adkconf's own builder.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from types import ModuleType
from typing import Any

from google.genai import types

from adkconf.errors import ModelError
from adkconf.models.offline_answer import offline_responses
from adkconf.models.scripted import ScriptedStep
from tests.conformance.engines import Engine

_TOOLS = {
    "AgentTool": "agent_tool",
    "ExampleTool": "example_tool",
    "LongRunningFunctionTool": "long_running_tool",
    "exit_loop": "exit_loop_tool",
    "get_user_choice": "get_user_choice_tool:get_user_choice_tool",
    "load_artifacts": "load_artifacts_tool:load_artifacts_tool",
    "load_memory": "load_memory_tool:load_memory_tool",
    "preload_memory": "preload_memory_tool:preload_memory_tool",
}
_PLUGINS = {
    "context_filter": ("context_filter_plugin:ContextFilterPlugin", "num_invocations_to_keep"),
    "global_instruction": (
        "global_instruction_plugin:GlobalInstructionPlugin",
        "global_instruction",
    ),
    "reflect_retry_tool": ("reflect_retry_tool_plugin:ReflectAndRetryToolPlugin", "max_retries"),
    "save_files_as_artifacts": (
        "save_files_as_artifacts_plugin:SaveFilesAsArtifactsPlugin",
        "",
    ),
    "logging": ("logging_plugin:LoggingPlugin", "name"),
}


class GoogleAdkApp:
    """An App and a RunConfig of google-adk's, made of a YAML file that was read."""

    def __init__(self, data: dict[str, Any], code: ModuleType) -> None:
        self._code = code
        self._engine = Engine("google.adk")
        self._models = {name: self._model(spec) for name, spec in data.get("models", {}).items()}
        options = {
            "events_compaction_config": self._compaction(data.get("compaction")),
            "resumability_config": data.get("resumability")
            and self._find("apps.app:ResumabilityConfig")(is_resumable=True),
        }
        self.app = self._find("apps.app:App")(
            name=data["name"],
            root_agent=self._agent(data["root_agent"]),
            plugins=[self._plugin(item) for item in data.get("plugins", ())],
            **{name: value for name, value in options.items() if value},
        )
        self.run_config = self._run_config(dict(data.get("run", {})))

    def runner(self) -> Any:
        """A runner with services in memory."""
        return self._find("runners:InMemoryRunner")(app=self.app)

    def _find(self, address: str) -> Any:
        module, _, name = address.partition(":")
        return self._engine.find(module, name or module.rpartition(".")[2])

    def _referred(self, text: str) -> Any:
        return getattr(self._code, text.partition(":")[2])

    def _made(self, item: Any) -> Any:
        """Something of the user's own code: as it is, or called with what is written."""
        if isinstance(item, str):
            found = self._referred(item)
            return found() if isinstance(found, type) else found
        ((reference, arguments),) = item.items()
        return self._referred(reference)(**arguments)

    def _agent(self, data: dict[str, Any]) -> Any:
        fields = dict(data)
        kind = fields.pop("agent_class", "LlmAgent")
        if kind == "Workflow":
            return self._workflow(fields)
        for name in [name for name in fields if name.endswith(("_callback", "_callbacks"))]:
            given = fields.pop(name)
            functions = given if isinstance(given, list) else [given]
            fields[name.removesuffix("s")] = [self._referred(function) for function in functions]
        if "sub_agents" in fields:
            fields["sub_agents"] = [self._agent(child) for child in fields["sub_agents"]]
        if kind == "LlmAgent":
            made = {name: self._field(name, value) for name, value in fields.items()}
            return self._find("agents:LlmAgent")(**made)
        agent_class = self._referred(kind) if kind[0] == "." else self._find(f"agents:{kind}")
        return agent_class(**fields)

    def _field(self, name: str, value: Any) -> Any:
        """What a field of an LlmAgent is made of."""
        match name:
            case "input_schema" | "output_schema":
                return self._referred(value)
            case "model":
                return self._model(value)
            case "tools":
                return [self._tool(tool) for tool in value]
            case "planner":
                return self._planner(value)
            case "code_executor":
                return self._made(value)
            case "generate_content_config":
                return types.GenerateContentConfig(**value)
        return value

    def _model(self, spec: Any) -> Any:
        if isinstance(spec, str) and not spec.startswith("./"):
            return self._models[spec]
        if isinstance(spec, dict) and "scripted" in spec:
            return _scripted(self._engine, spec["scripted"])
        return self._made(spec)

    def _tool(self, item: Any) -> Any:
        name, arguments = (item, None) if isinstance(item, str) else (next(iter(item.items())))
        if name.startswith("./"):
            return self._referred(name) if arguments is None else self._made(item)
        module = _TOOLS[name]
        found = self._find(f"tools.{module}" if ":" in module else f"tools.{module}:{name}")
        if arguments is None:
            return found
        if name == "AgentTool":
            return found(**{**arguments, "agent": self._agent(arguments["agent"])})
        if name == "ExampleTool":
            return found([self._example(example) for example in arguments["examples"]])
        return found(func=self._referred(arguments["func"]))

    def _example(self, data: dict[str, Any]) -> Any:
        return self._find("examples.example:Example")(
            input=_says(data["input"], "user"),
            output=[_says(text, "model") for text in data["output"]],
        )

    def _planner(self, spec: Any) -> Any:
        if spec == "PlanReActPlanner":
            return self._find("planners:PlanReActPlanner")()
        if isinstance(spec, dict) and "BuiltInPlanner" in spec:
            config = types.ThinkingConfig(**spec["BuiltInPlanner"]["thinking_config"])
            return self._find("planners:BuiltInPlanner")(thinking_config=config)
        return self._made(spec)

    def _plugin(self, item: Any) -> Any:
        name, value = (item, {}) if isinstance(item, str) else (next(iter(item.items())))
        if name.startswith("./"):
            return self._made(item)
        module, main = _PLUGINS[name]
        arguments = dict(value) if isinstance(value, dict) else {main: value}
        if "custom_filter" in arguments:
            arguments["custom_filter"] = self._referred(arguments["custom_filter"])
        if name == "reflect_retry_tool" and "tracking_scope" in arguments:
            scope = self._find("plugins.reflect_retry_tool_plugin:TrackingScope")
            arguments = {**arguments, "tracking_scope": scope(arguments["tracking_scope"])}
        return self._find(f"plugins.{module}")(**arguments)

    def _compaction(self, data: dict[str, Any] | None) -> Any:
        if data is None:
            return None
        options = dict(data)
        model = self._model(options.pop("summarizer")["model"])
        summarizer = self._find("apps.llm_event_summarizer:LlmEventSummarizer")(llm=model)
        return self._find("apps._configs:EventsCompactionConfig")(summarizer=summarizer, **options)

    def _run_config(self, fields: dict[str, Any]) -> Any:
        if mode := fields.pop("streaming_mode", None):
            fields["streaming_mode"] = self._find("agents.run_config:StreamingMode")(mode)
        if limits := fields.get("get_session_config"):
            kind = self._find("sessions.base_session_service:GetSessionConfig")
            fields["get_session_config"] = kind(**limits)
        return self._find("agents.run_config:RunConfig")(**fields)

    def _workflow(self, fields: dict[str, Any]) -> Any:
        named = {key: self._node(key, node) for key, node in fields.pop("nodes", {}).items()}
        named["START"] = self._find("workflow:START")

        def node(item: Any) -> Any:
            if isinstance(item, list):
                return tuple(node(each) for each in item)
            if isinstance(item, dict):
                return {route: node(each) for route, each in item.items()}
            if item not in named:
                named[item] = self._find("workflow:node")(self._referred(item))
            return named[item]

        edges = [tuple(node(item) for item in chain) for chain in fields.pop("edges")]
        return self._find("workflow:Workflow")(edges=edges, **fields)

    def _node(self, key: str, data: Any) -> Any:
        make = self._find("workflow:node")
        if isinstance(data, str):
            return make(self._referred(data), name=key)
        options = dict(data)
        kind = options.get("agent_class", "LlmAgent")
        if kind == "JoinNode":
            return self._find("workflow:JoinNode")(name=key)
        if kind == "ToolNode":
            return make(self._tool(options["tool"]), name=key)
        if kind != "FunctionNode":
            return self._agent({"name": key, **options})
        del options["agent_class"]
        if retry := options.pop("retry_config", None):
            options["retry_config"] = self._find("workflow:RetryConfig")(**retry)
        return make(self._referred(options.pop("func_code")), name=key, **options)


def _says(text: str, role: str) -> types.Content:
    return types.Content(role=role, parts=[types.Part(text=text)])


def _scripted(engine: Engine, steps: list[Any]) -> Any:
    """The built-in model `scripted` as a model of google-adk's."""
    script = [ScriptedStep.model_validate(step) for step in steps]
    response = engine.find("models.llm_response", "LlmResponse")

    class Script(engine.find("models.base_llm", "BaseLlm")):  # type: ignore[misc]
        model: str = "scripted"
        at: int = 0

        async def generate_content_async(
            self, llm_request: Any, stream: bool = False
        ) -> AsyncGenerator[Any, None]:
            step = script[self.at % len(script)]
            self.at += 1
            if step.error is not None:
                raise ModelError(step.error.message)
            usage = types.GenerateContentResponseUsageMetadata()
            for said in offline_responses(
                step.parts(), model=self.model, usage=usage, stream=stream
            ):
                yield response(**{name: getattr(said, name) for name in said.model_fields_set})

    return Script()

"""The app itself as Python: its root agent, its plugins, its policies, its runs."""

from __future__ import annotations

from typing import Any

from adkconf.agents.run_config import RunConfig
from adkconf.builder.app import written_run_config
from adkconf.builder.arguments import misfits
from adkconf.builder.problems import NOT_USABLE, Fault
from adkconf.config.spec.agent import CodeAgentSpec, LlmAgentSpec, WorkflowSpec, walk_agents
from adkconf.config.spec.app import AppSpec
from adkconf.config.spec.policies import CompactionSpec
from adkconf.exchange.agents import AgentWriter
from adkconf.exchange.components import ComponentWriter
from adkconf.exchange.python_text import Call, Code, Expression, Items, literal

_CONFIGS = ("context_cache_config", "events_compaction_config", "resumability_config")


class AppWriter:
    """Writes an app into a module."""

    def __init__(self, writer: ComponentWriter, spec: AppSpec, version: str) -> None:
        self._writer = writer
        self._values = writer.values
        self._spec = spec
        self._version = version
        self._agents = AgentWriter(writer, spec.models)
        self._problems = writer.components.problems

    def write(self) -> None:
        """Adds `root_agent` and `app`; what cannot be written is told to the problems."""
        spec, module = self._spec, self._writer.module
        for name, model in spec.models.items():
            with self._problems.at(model, f"model {name!r} cannot be written"):
                self._agents.named(name)
        root = self._agents.write(spec.root_agent, "root_agent")
        given = self._given_app()
        if given:
            before = root
            root = module.claim("root_agent", Code(f"{before.text}.root_agent"))
        elif root.text != "root_agent":
            root = module.claim("root_agent", root)
        fields: dict[str, Expression] = {
            "name": self._values.of(spec.name, spec, "name"),
            "root_agent": root,
        }
        plugins = [plugin for item in spec.plugins for plugin in self._plugin(item)]
        if given:
            plugins.insert(0, Code(f"*{before.text}.plugins"))
        if plugins:
            fields["plugins"] = Items(tuple(plugins))
        policies = self._policies()
        for name in _CONFIGS:
            if name in policies:
                fields[name] = policies[name]
            elif given:
                fields[name] = Code(f"{before.text}.{name}")
        module.claim("app", Call(self._writer.address("apps.app:App").text, fields))

    def _given_app(self) -> bool:
        """Tells whether code has an App around the root agent."""
        root = self._spec.root_agent
        if not isinstance(root, CodeAgentSpec) or root.code.ref is None or root.code.called:
            return False
        kind = self._writer.components.engine.get("apps.app:App")
        return isinstance(self._writer.components.references.peek(root.code.ref), kind)

    def _plugin(self, spec: Any) -> list[Expression]:
        with self._problems.at(spec, f"plugin {spec.name!r} cannot be written"):
            return [self._writer.component(spec)]
        return []

    def _policies(self) -> dict[str, Expression]:
        spec, written = self._spec, dict[str, Expression]()
        with self._problems.at(spec.cache or spec, "the cache cannot be written"):
            if spec.cache is not None and spec.cache.enabled:
                written["context_cache_config"] = self._config(
                    "agents.context_cache_config:ContextCacheConfig", spec.cache, "enabled"
                )
        with self._problems.at(spec.compaction or spec, "the compaction cannot be written"):
            if spec.compaction is not None:
                written["events_compaction_config"] = self._compaction(spec.compaction)
        with self._problems.at(spec.resumability or spec, "the app cannot be written"):
            if spec.resumability is not None:
                config = self._config(
                    "apps.resumability_config:ResumabilityConfig", spec.resumability
                )
                # Runs that the file's app has paused go on, too.
                own = self._writer.components.engine.name == "adkconf"
                version = {"app_version": literal(self._version)} if own else {}
                written["resumability_config"] = Call(config.target, {**config.kwargs, **version})
        return written

    def _config(self, address: str, section: Any, *aside: str) -> Call:
        given = {
            name: self._values.of(value, section, name)
            for name, value in section.given().items()
            if name not in aside
        }
        for fault in misfits(self._writer.components.engine.get(address), given):
            raise fault
        return Call(self._writer.address(address).text, given)

    def _compaction(self, spec: CompactionSpec) -> Call:
        config = self._config(
            "apps.events_compaction_config:EventsCompactionConfig", spec, "summarizer"
        )
        summarizer: dict[str, Expression] = {"llm": self._summary_model(spec)}
        if spec.summarizer is not None and spec.summarizer.prompt_template is not None:
            summarizer["prompt_template"] = self._values.of(
                spec.summarizer.prompt_template, spec.summarizer, "prompt_template"
            )
        kind = self._writer.address("apps.llm_event_summarizer:LlmEventSummarizer")
        made = Call(kind.text, summarizer)
        return Call(config.target, {"summarizer": made, **config.kwargs})

    def _summary_model(self, spec: CompactionSpec) -> Expression:
        if spec.summarizer is not None and spec.summarizer.model is not None:
            model = self._agents.model(spec.summarizer.model)
            if not self._agents.is_name(spec.summarizer.model):
                return model
            registry = self._writer.address("models.registry:LLMRegistry")
            return Call(f"{registry.text}.new_llm", args=(model,))
        nearest = self._nearest()
        return Code(f"{nearest.text}.canonical_model")

    def _nearest(self) -> Code:
        """Returns the variable of the LLM agent that is nearest to the root."""
        level: list[Any] = [self._spec.root_agent]
        while level:
            for agent in level:
                if isinstance(agent, LlmAgentSpec):
                    return self._agents.variable(agent)
                if isinstance(agent, (CodeAgentSpec, WorkflowSpec)):
                    # What is nearest depends on what is inside.
                    level = []
                    break
            level = [child for agent in level for child in agent.sub_agents or ()]
        agents = [a for a in walk_agents(self._spec.root_agent) if isinstance(a, LlmAgentSpec)]
        if isinstance(self._spec.root_agent, WorkflowSpec) and len(agents) == 1:
            return self._agents.variable(agents[0])
        raise Fault(
            NOT_USABLE,
            "which agent's model writes the summaries is only known when the app runs",
            hint="name one: `summarizer: {model: gemini-2.5-flash}`",
        )


def run_config_call(writer: ComponentWriter, spec: AppSpec) -> Expression | None:
    """Returns what runs start from; None if nothing is written.

    Raises:
        Fault: the engine's runs cannot be configured so.
    """
    made: Any = writer.components.engine.check_run_config(written_run_config(spec.run))
    config: RunConfig = made
    return writer.values.of(config, spec.run) if config.model_fields_set else None

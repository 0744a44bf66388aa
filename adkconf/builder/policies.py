"""Compaction, resumability and the cache as the runtime takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from adkconf.builder.agents import Agents
from adkconf.builder.arguments import value_fault
from adkconf.builder.engine import Engine
from adkconf.builder.problems import NOT_SUPPORTED, NOT_USABLE, Fault, KnownFault
from adkconf.config.spec.policies import (
    CacheSpec,
    CompactionSpec,
    ResumabilitySpec,
    SummarizerSpec,
)


def resumability(spec: ResumabilitySpec | None, engine: Engine, version: Callable[[], str]) -> Any:
    """Returns the ResumabilityConfig, or None if none is written.

    Raises:
        Fault: the engine has no policy for apps that change.
    """
    if spec is None:
        return None
    kind = engine.get("apps.resumability_config:ResumabilityConfig")
    if "on_app_change" in kind.model_fields:
        own = {"on_app_change": spec.on_app_change, "app_version": version()}
        return kind(is_resumable=spec.is_resumable, **own)
    if "on_app_change" in spec.model_fields_set:
        message = f"the engine {engine.name!r} lets paused runs go on whatever has changed"
        raise Fault(NOT_SUPPORTED, message, hint="leave 'on_app_change' out")
    return kind(is_resumable=spec.is_resumable)


def cache(spec: CacheSpec | None, engine: Engine) -> Any:
    """Returns the ContextCacheConfig, or None if none is written or it is switched off.

    Raises:
        Fault: a value cannot be used.
    """
    if spec is None or not spec.enabled:
        return None
    options = {name: value for name, value in spec.given().items() if name != "enabled"}
    try:
        return engine.get("agents.context_cache_config:ContextCacheConfig")(**options)
    except ValidationError as error:
        raise value_fault(error) from error


def compaction(spec: CompactionSpec | None, agents: Agents, root: Any) -> tuple[Any, Any]:
    """Returns the EventsCompactionConfig, and the summaries' model if they have one of their own.

    Raises:
        Fault: there is no model to summarise, or a value cannot be used.
        InputValidationError: the prompt template or the model's name cannot be used.
    """
    if spec is None:
        return None, None
    options = {name: value for name, value in spec.given().items() if name != "summarizer"}
    own = _own_model(spec.summarizer, agents)
    template = spec.summarizer.prompt_template if spec.summarizer else None
    get = agents.engine.get
    summarizer = get("apps.llm_event_summarizer:LlmEventSummarizer")(
        own or _nearest_model(root, agents.engine), template
    )
    try:
        kind = get("apps.events_compaction_config:EventsCompactionConfig")
        return kind(summarizer=summarizer, **options), own
    except ValidationError as error:
        raise value_fault(error) from error


def _own_model(spec: SummarizerSpec | None, agents: Agents) -> Any:
    if spec is None or spec.model is None:
        return None
    model = agents.model(spec.model)
    if model == "":
        raise KnownFault
    if not isinstance(model, str):
        return model
    return agents.engine.get("models.registry:LLMRegistry").new_llm(model)


def _nearest_model(root: Any, engine: Engine) -> Any:
    """Returns the model of the LLM agent that is nearest to the root."""
    as_agent = engine.get("workflow.node_agent:as_agent")
    nearest_llm_agent = engine.get("agents.llm_agent:nearest_llm_agent")
    if (agent := nearest_llm_agent(as_agent(root))) is not None:
        return agent.canonical_model
    raise Fault(
        NOT_USABLE,
        "the app has no agent whose model could write the summaries",
        hint="name one: `summarizer: {model: gemini-2.5-flash}`",
    )

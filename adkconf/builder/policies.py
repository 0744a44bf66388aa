"""Compaction, resumability and the cache as the runtime takes them."""

from __future__ import annotations

from pydantic import ValidationError

from adkconf.agents.base_agent import BaseAgent
from adkconf.agents.context_cache_config import ContextCacheConfig
from adkconf.agents.llm_agent import nearest_llm_agent
from adkconf.apps.events_compaction_config import EventsCompactionConfig
from adkconf.apps.llm_event_summarizer import LlmEventSummarizer
from adkconf.apps.resumability_config import ResumabilityConfig
from adkconf.builder.agents import Agents
from adkconf.builder.arguments import value_fault
from adkconf.builder.problems import NOT_USABLE, Fault, KnownFault
from adkconf.config.spec.policies import (
    CacheSpec,
    CompactionSpec,
    ResumabilitySpec,
    SummarizerSpec,
)
from adkconf.models.base_llm import BaseLlm
from adkconf.models.registry import LLMRegistry
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.node_agent import as_agent


def resumability(spec: ResumabilitySpec | None) -> ResumabilityConfig | None:
    """Returns the configuration, or None if none is written."""
    return None if spec is None else ResumabilityConfig(is_resumable=spec.is_resumable)


def cache(spec: CacheSpec | None) -> ContextCacheConfig | None:
    """Returns the configuration, or None if none is written or it is switched off.

    Raises:
        Fault: a value cannot be used.
    """
    if spec is None or not spec.enabled:
        return None
    options = {name: value for name, value in spec.given().items() if name != "enabled"}
    try:
        return ContextCacheConfig(**options)
    except ValidationError as error:
        raise value_fault(error) from error


def compaction(
    spec: CompactionSpec | None, agents: Agents, root: BaseAgent | BaseNode
) -> tuple[EventsCompactionConfig | None, BaseLlm | None]:
    """Returns the configuration, and the model of the summaries where they have one of their own.

    Raises:
        Fault: there is no model to summarise, or a value cannot be used.
        InputValidationError: the prompt template or the model's name cannot be used.
    """
    if spec is None:
        return None, None
    options = {name: value for name, value in spec.given().items() if name != "summarizer"}
    own = _own_model(spec.summarizer, agents)
    template = spec.summarizer.prompt_template if spec.summarizer else None
    summarizer = LlmEventSummarizer(own or _nearest_model(root), template)
    try:
        return EventsCompactionConfig(summarizer=summarizer, **options), own
    except ValidationError as error:
        raise value_fault(error) from error


def _own_model(spec: SummarizerSpec | None, agents: Agents) -> BaseLlm | None:
    if spec is None or spec.model is None:
        return None
    model = agents.model(spec.model)
    if model == "":
        raise KnownFault
    return model if isinstance(model, BaseLlm) else LLMRegistry.new_llm(model)


def _nearest_model(root: BaseAgent | BaseNode) -> BaseLlm:
    """Returns the model of the LLM agent that is nearest to the root."""
    if (agent := nearest_llm_agent(as_agent(root))) is not None:
        return agent.canonical_model
    raise Fault(
        NOT_USABLE,
        "the app has no agent whose model could write the summaries",
        hint="name one: `summarizer: {model: gemini-2.5-flash}`",
    )

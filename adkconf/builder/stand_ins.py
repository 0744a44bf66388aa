"""Models in the place of an app's own, so that the app can be tried out without a network."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adkconf.builder.agents import Agents
from adkconf.builder.problems import Fault
from adkconf.config.spec.component import ModelSpec, NamedCodeSpec
from adkconf.config.spec.section import Section
from adkconf.config.suggestion import did_you_mean
from adkconf.errors import ModelError
from adkconf.models.base_llm import BaseLlm
from adkconf.models.echo import Echo
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from adkconf.models.scripted import Scripted

# Kinds of models that are code of somebody's: who names it in a stand-in's place knows it.
CODE = ("python", "entry_point")


@dataclass(frozen=True)
class Refusal:
    """A model was asked that may not be asked."""

    agent: str
    model: str


class BarredModel(BaseLlm):
    """Stands where a model would need a network; notes that it was asked, and refuses."""

    agent: str
    note: Callable[[Refusal], None]

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Answers nothing.

        Raises:
            ModelError: always.
        """
        self.note(Refusal(self.agent, self.model))
        raise ModelError(f"the model {self.model!r} needs a network", code="NO_NETWORK")
        yield  # makes this a generator


_OFFLINE = (Echo, Scripted, BarredModel)


@dataclass(frozen=True)
class StandIns:
    """What stands in for an app's models, by the name of an agent or of a provider's model.

    An agent that has no model of its own goes on to have that of its parent. Unless `live`, models
    that are neither offline ones nor code among `models` give way to one that refuses; `refused`
    has those that were asked since. `written_in` is the section that has `models`; `known` are
    names in there that are in place already.
    """

    models: Mapping[str, ModelSpec | NamedCodeSpec]
    written_in: Section
    known: frozenset[str] = frozenset()
    live: bool = False
    refused: list[Refusal] = field(default_factory=list)

    def put_in(self, root: Any, agents: Agents) -> None:
        """Changes the models of an app's agents.

        Raises:
            Fault: a name stands for no agent and no model.
        """
        lend = agents.engine.lend_model
        code = [name for name, spec in self.models.items() if spec.kind in CODE]
        allowed = [lend(agents.named_model(name)) for name in code]
        made: dict[str, Any] = {}
        names: set[str] = set()
        for agent in _llm_agents(root, agents):
            model = lend(agent.canonical_model)
            names |= {agent.name, model.model}
            name = next((name for name in (agent.name, model.model) if name in self.models), None)
            if name is not None:
                if name not in made:
                    made[name] = agents.model(self.models[name])
                agent.model = made[name]
                model = lend(agent.canonical_model)
                allowed += [model] if name in code else []
            is_allowed = isinstance(model, _OFFLINE) or any(model is one for one in allowed)
            if not self.live and not is_allowed:
                agent.model = agents.engine.adopt_model(self._barred(agent.name, model.model))
        if unknown := sorted(self.models.keys() - names - self.known):
            hint = did_you_mean(unknown[0], [*names, *self.known])
            message = f"the app has no agent and no model {unknown[0]!r}"
            raise Fault("E603", message, hint=hint, steps=("models", unknown[0]))

    def _barred(self, agent: str, model: str) -> BarredModel:
        return BarredModel(model=model, agent=agent, note=self.refused.append)


def _llm_agents(root: Any, agents: Agents) -> Iterator[Any]:
    """Yields the agents that models drive, those above others first, with those behind tools."""
    get = agents.engine.get
    agents_from, kind = get("agents.agent_tree:agents_from"), get("agents.llm_agent:LlmAgent")
    as_agent = get("workflow.node_agent:as_agent")
    pending, seen = [root], set[int]()
    while pending:
        for agent in agents_from(as_agent(pending.pop())):
            if not isinstance(agent, kind) or id(agent) in seen:
                continue
            seen.add(id(agent))
            yield agent
            tools = (getattr(tool, "agent", None) for tool in agent.tools)
            pending += [inner for inner in tools if inner is not None]

"""Everything that belongs to one run: the user's message, the session, services and counters."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Protocol
from uuid import uuid4

from google.genai import types
from pydantic import BaseModel

from adkconf.agents.context_cache_config import ContextCacheConfig
from adkconf.agents.live_request_queue import LiveRequestQueue
from adkconf.agents.node_run import NodePlace
from adkconf.agents.open_task import OpenTask
from adkconf.agents.progress import Progress
from adkconf.agents.run_config import RunConfig
from adkconf.artifacts.base_artifact_service import BaseArtifactService
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_tool import AuthConfig
from adkconf.errors import LlmCallsLimitExceededError
from adkconf.events.event import Event
from adkconf.events.outlet import Outlet
from adkconf.memory.base_memory_service import BaseMemoryService
from adkconf.sessions.base_session_service import BaseSessionService
from adkconf.sessions.session import Session


class AgentInTree(Protocol):
    """What the rest of the runtime needs to know of an agent."""

    name: str
    description: str

    @property
    def parent_agent(self) -> AgentInTree | None:
        """The agent above."""

    @property
    def sub_agents(self) -> Sequence[AgentInTree]:
        """The agents below."""

    @property
    def inner_agents(self) -> Sequence[AgentInTree]:
        """The agents below, and those inside of what the agent runs."""

    @property
    def root_agent(self) -> AgentInTree:
        """The top of the tree."""

    def find_agent(self, name: str) -> AgentInTree | None:
        """Returns the agent of that name, this one or below, or None."""

    def run_async(self, parent_context: InvocationContext) -> AsyncGenerator[Event, None]:
        """Runs the agent."""

    def run_live(self, parent_context: InvocationContext) -> AsyncGenerator[Event, None]:
        """Lets the agent take part in a live conversation."""


class HookRunner(Protocol):
    """What runs the plugins' hooks."""

    def overridden(self, hook: str) -> bool:
        """Tells whether any plugin listens."""

    async def first(self, hook: str, **arguments: Any) -> Any:
        """Returns the first answer that is not None."""

    async def every(self, hook: str, **arguments: Any) -> None:
        """Tells all plugins."""


class Compactor(Protocol):
    """What replaces the older part of a conversation by a summary."""

    async def before_call(self, ctx: InvocationContext) -> None:
        """Makes room before a model call, when it is time."""


class NodeWatcher(Protocol):
    """What is told of the workflow nodes of a run, each attempt of one by itself."""

    def node_started(self, ctx: InvocationContext, path: str, *, is_workflow: bool) -> None:
        """Hears that the node at `path` starts, in the task that it runs in."""

    def node_ended(self, ctx: InvocationContext, path: str, error: Exception | None) -> None:
        """Hears that it has ended, in the same task."""


class CredentialStore(Protocol):
    """What keeps users' credentials between runs."""

    async def load_credential(
        self, auth_config: AuthConfig, callback_context: Any
    ) -> AuthCredential | None:
        """Returns the user's credential, or None."""

    async def save_credential(self, auth_config: AuthConfig, callback_context: Any) -> None:
        """Keeps `auth_config.exchanged_auth_credential`."""


@dataclass(slots=True)
class RunTally:
    """Counters shared by all contexts of one run."""

    llm_calls: int = 0
    failed_in: InvocationContext | None = None
    # The exception that an event of the run tells of already.
    told: Exception | None = None

    def count_llm_call(self, limit: int) -> None:
        """Counts a model call.

        Raises:
            LlmCallsLimitExceededError: more than `limit` calls, when `limit` is positive.
        """
        self.llm_calls += 1
        if 0 < limit < self.llm_calls:
            raise LlmCallsLimitExceededError(f"Max number of llm calls limit of `{limit}` exceeded")


@dataclass(kw_only=True, slots=True)
class InvocationContext:
    """One per run; each agent works with a copy that names it as `agent`.

    Set `end_invocation` to end the agent's turn after the current step. `branch` is the dotted
    path of agents whose events this agent may see; `isolation_scope` marks those of a task, which
    only the task's own agents see. `message_metadata` goes with the user's message, and
    `continued` is the task that the message goes to. A run with a `live_request_queue` is live.
    Tools with events of their own send them to `outlet`.
    """

    invocation_id: str
    agent: AgentInTree
    session: Session
    session_service: BaseSessionService
    plugin_manager: HookRunner
    user_content: types.Content | None = None
    artifact_service: BaseArtifactService | None = None
    memory_service: BaseMemoryService | None = None
    credential_service: CredentialStore | None = None
    # What the user's message brings for `adk_request_credential` calls, by their ids.
    credential_answers: dict[str, Any] = field(default_factory=dict, repr=False)
    # What toolsets need, ready for use.
    credential_by_key: dict[str, AuthCredential] = field(default_factory=dict, repr=False)
    compactor: Compactor | None = None
    context_cache_config: ContextCacheConfig | None = None
    branch: str | None = None
    isolation_scope: str | None = None
    continued: OpenTask | None = None
    outlet: Outlet | None = None
    end_invocation: bool = False
    is_resumable: bool = False
    message_metadata: dict[str, Any] | None = None
    progress: Progress = field(default_factory=Progress)
    run_config: RunConfig = field(default_factory=RunConfig)
    tally: RunTally = field(default_factory=RunTally)
    node: NodePlace | None = None
    state_schema: type[BaseModel] | None = None
    live_request_queue: LiveRequestQueue | None = None
    node_watchers: list[NodeWatcher] = field(default_factory=list)
    # The top of the tree, where the agent's parents do not lead to it: inside of workflows.
    outer_root: AgentInTree | None = None

    @property
    def is_live(self) -> bool:
        """Whether user and model talk at the same time."""
        return self.live_request_queue is not None

    @property
    def tree_root(self) -> AgentInTree:
        """The agent above all agents of the run."""
        return self.outer_root or self.agent.root_agent

    @property
    def since(self) -> int:
        """The position in the log behind which all events of this run stand."""
        if self.node is not None:
            return self.node.since
        return self.continued.run_begun if self.continued is not None else 0

    @property
    def app_name(self) -> str:
        """The session's app."""
        return self.session.app_name

    @property
    def user_id(self) -> str:
        """The session's user."""
        return self.session.user_id

    @property
    def node_path(self) -> str:
        """Where the agent stands in the tree, as `root@1/child@1`."""
        names: list[str] = []
        agent: AgentInTree | None = self.agent
        while agent is not None:
            if self.node is not None and agent.name == self.node.agent_name:
                names.append(self.node.path)
                break
            names.append(f"{agent.name}@1")
            agent = agent.parent_agent
        return "/".join(reversed(names))

    def is_paused(self, agent_name: str) -> bool:
        """Tells whether an agent waits for an answer from outside."""
        return agent_name in self.progress.paused

    def model_copy(self, *, update: dict[str, Any] | None = None) -> InvocationContext:
        """Returns a copy with some fields replaced; counters stay shared."""
        copy = object.__new__(InvocationContext)
        # Each agent of each run has one; dataclasses.replace takes four times as long.
        for name in _FIELDS:
            setattr(copy, name, getattr(self, name))
        for name, value in (update or {}).items():
            setattr(copy, name, value)
        return copy

    def count_llm_call(self) -> None:
        """Counts a model call against `run_config.max_llm_calls`."""
        self.tally.count_llm_call(self.run_config.max_llm_calls)


_FIELDS = tuple(field.name for field in fields(InvocationContext))


def new_invocation_context_id() -> str:
    """Returns a fresh invocation id."""
    return f"e-{uuid4()}"

"""A workflow node at work, as contexts see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from google.genai import types

Route = bool | int | str | list[bool | int | str] | None


class ChildRunner(Protocol):
    """Runs other nodes for a node."""

    async def run_node(
        self,
        node: Any,
        node_input: Any = None,
        *,
        use_as_output: bool = False,
        run_id: str | None = None,
        use_sub_branch: bool = False,
        override_branch: str | None = None,
        raise_on_wait: bool = False,
    ) -> Any:
        """Returns the output of the child."""


@dataclass(kw_only=True, slots=True)
class NodeRun:
    """One attempt of one node.

    `path` is its place (`wf@1/node@2`: the second run of `node`). `resumed` is true when the run
    began earlier and was interrupted; then `resume_inputs` are the answers to what it asked, by
    their ids, and `still_open` what was not answered. `claimed` is true when a child's output
    counts as this node's.
    """

    path: str
    children: ChildRunner
    attempt_count: int = 1
    resumed: bool = False
    resume_inputs: dict[str, Any] = field(default_factory=dict)
    still_open: frozenset[str] = frozenset()
    output: Any = None
    route: Route = None
    interrupt_ids: set[str] = field(default_factory=set)
    claimed: bool = False
    output_sent: bool = False
    route_sent: bool = False

    def set_output(self, value: Any) -> None:
        """Notes what the node produces.

        Raises:
            ValueError: it produced something before.
        """
        if self.output is not None and not self.claimed:
            raise ValueError(f"node {self.path} has an output already; a node has at most one")
        self.output = value


@dataclass(frozen=True, kw_only=True)
class NodePlace:
    """An agent as a node: where it stands and what it is asked.

    `path` stands for the path of the agent `agent_name`. `since` is the position of the run's
    first event in the session. A model sees of the conversation what `view` says: the prompt and
    what came after (`input`), everything before it, too (`all`), the prompt and the events of the
    task (`task`), or all that any agent sees, with no prompt (`talk`).
    """

    path: str
    agent_name: str
    prompt: types.Content | None
    since: int
    view: Literal["input", "all", "task", "talk"]

"""Whether a node has to run, seeing what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from adkconf.agents.node_run import Route
from adkconf.workflow.base_node import BaseNode
from adkconf.workflow.journal import Record


@dataclass(frozen=True)
class Run:
    """It runs: for the first time, or again with the answers to what it asked."""

    resumed: bool = False
    answers: dict[str, Any] = field(default_factory=dict)
    still_open: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Done:
    """It had come to its end."""

    output: Any = None
    route: Route = None


@dataclass(frozen=True)
class Waiting:
    """It waits for answers."""

    asked: frozenset[str]


Recall = Run | Done | Waiting


def recall(node: BaseNode, record: Record | None, *, dynamic: bool) -> Recall:
    """Returns what to do with a node; `dynamic` ones were started by `ctx.run_node`.

    Raises:
        WorkflowDataError: an answer does not fit what was asked for.
    """
    if record is None:
        return Run()
    if node.holds_nodes:
        return Run(resumed=True)
    if record.is_open and not (node.rerun_on_resume and record.answered):
        return Waiting(record.unanswered)
    again = Run(resumed=True, answers=record.answers(), still_open=record.unanswered)
    if record.is_open or record.failed:
        return again
    if record.output is not None or record.route is not None:
        return Done(record.output, record.route)
    if record.asked and not node.rerun_on_resume:
        answers = list(again.answers.values())
        return Done(answers[0] if len(answers) == 1 else again.answers, record.route)
    # It left neither an output nor a question: did it come to its end?
    ended = record.finished if node.rerun_on_resume else not dynamic
    return Done() if ended and not node.wait_for_output else again

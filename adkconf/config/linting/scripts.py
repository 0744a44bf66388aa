"""Answers of scripted models that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adkconf.config.diagnostics import Diagnostic
from adkconf.config.linting.subject import Subject
from adkconf.config.located import Step
from adkconf.config.spec.agent import AgentSpec, WorkflowSpec
from adkconf.config.spec.component import ModelSpec
from adkconf.config.suggestion import did_you_mean, listed


def transfers_to_nobody(subject: Subject) -> Iterator[Diagnostic]:
    """Yields scripted calls of `transfer_to_agent` with a name that no agent has."""
    if subject.has_python_agents:
        return
    names = [
        placed.agent.name
        for placed in subject.agents
        if isinstance(placed.agent, (AgentSpec, WorkflowSpec))
    ]
    for model in subject.sections:
        if isinstance(model, ModelSpec) and (model.kind, model.name) == ("builtin", "scripted"):
            for target, steps in _targets(model):
                if target not in names:
                    hint = did_you_mean(target, names) or f"there are: {listed(names, last='and')}"
                    message = f"no agent is called {target!r}"
                    yield model.diagnostic(
                        "W817", message, hint=hint, steps=steps, severity="warning"
                    )


def _targets(model: ModelSpec) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yields the names that are transferred to, with the ways to them."""
    written = model.written()["scripted"]
    begin = model.arg_steps() if isinstance(written, list) else model.arg_steps("steps")
    for index, step in enumerate(model.args.get("steps", ())):
        for call, way in _calls(step):
            target = (call.get("args") or {}).get("agent_name")
            if call.get("name") == "transfer_to_agent" and isinstance(target, str):
                yield target, (*begin, index, *way, "args", "agent_name")


def _calls(step: dict[str, Any]) -> Iterator[tuple[dict[str, Any], tuple[Step, ...]]]:
    if call := step.get("call"):
        yield call, ("call",)
    for index, call in enumerate(step.get("calls") or ()):
        yield call, ("calls", index)

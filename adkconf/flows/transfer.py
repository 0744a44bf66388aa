"""Whom an agent may hand the conversation to, and what the model is told about it."""

from __future__ import annotations

from adkconf.agents.context import Context
from adkconf.agents.invocation_context import AgentInTree
from adkconf.agents.open_task import DELEGATED
from adkconf.flows.port import LlmAgentPort
from adkconf.models.llm_request import LlmRequest
from adkconf.tools.transfer_to_agent_tool import TransferToAgentTool


def transfer_targets(agent: LlmAgentPort) -> list[AgentInTree]:
    """Returns sub-agents, then the parent, then peers, as far as the agent allows them.

    Only a parent that itself takes part in transfers counts: a workflow agent decides on its own
    who runs next. Agents that are called as tools are no targets, and do not leave their task.
    """
    targets = [child for child in agent.sub_agents if not _is_called(child)]
    parent = agent.parent_agent
    if parent is None or _is_called(agent) or not getattr(parent, "takes_transfers", False):
        return targets
    if not agent.disallow_transfer_to_parent:
        targets.append(parent)
    if not agent.disallow_transfer_to_peers:
        peers = (peer for peer in parent.sub_agents if peer.name != agent.name)
        targets += [peer for peer in peers if not _is_called(peer)]
    return targets


def _is_called(agent: AgentInTree) -> bool:
    return getattr(agent, "mode", None) in DELEGATED


async def offer_transfer(agent: LlmAgentPort, context: Context, request: LlmRequest) -> None:
    """Adds the transfer tool and a word on each target, when there are any."""
    targets = transfer_targets(agent)
    if not targets:
        return
    told = "\n".join(f"- {target.name}: {target.description}".rstrip(": ") for target in targets)
    rule = (
        "Answer yourself when you are the best one for it. When another agent is, call "
        "transfer_to_agent with its name and write nothing else."
    )
    lines = ["These agents can take over the conversation:", told, rule]
    if (parent := agent.parent_agent) is not None and parent in targets:
        lines.append(f"When none of you fits, hand over to {parent.name}.")
    request.append_instructions(["\n".join(lines)])
    tool = TransferToAgentTool([target.name for target in targets])
    await tool.process_llm_request(tool_context=context, llm_request=request)

"""Credentials that sets of tools need before they can tell their tools."""

from __future__ import annotations

from adkconf.agents.context import Context
from adkconf.agents.invocation_context import InvocationContext
from adkconf.auth.auth_handler import AuthHandler
from adkconf.auth.auth_tool import AuthConfig
from adkconf.auth.credential_manager import CredentialManager
from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.flows.credentials import credential_request
from adkconf.flows.port import LlmAgentPort
from adkconf.tools.base_toolset import BaseToolset

# Where a request has the id of a call, one of a toolset has this and the name of its class.
_TOOLSET = "_adk_toolset_auth_"


async def require_toolset_credentials(ctx: InvocationContext, agent: LlmAgentPort) -> None:
    """Gets the credentials ready in a live conversation, where nobody can be asked for one.

    Raises:
        InputValidationError: the user has to give one.
        ValueError, ServiceError: as below.
    """
    for event in await get_toolset_credentials(ctx, agent):
        if event.get_function_calls():
            raise InputValidationError(
                f"agent {agent.name!r}: a toolset needs a credential of the user, who cannot "
                "be asked in live mode; have it given in run_async before, with a "
                "credential service"
            )


async def get_toolset_credentials(ctx: InvocationContext, agent: LlmAgentPort) -> list[Event]:
    """Gets the credentials of an agent's toolsets ready, into `ctx.credential_by_key`.

    Returns the events of that. When the user has to give some, the last one asks, and the agent's
    turn is over.

    Raises:
        ValueError: the `AuthConfig` of a toolset lacks what its scheme needs.
        ServiceError: a provider gives the agent itself no token.
    """
    toolsets = [tool for tool in agent.canonical_tools if isinstance(tool, BaseToolset)]
    if not toolsets:
        return []
    context = Context(ctx)
    events: list[Event] = []
    wanted: list[tuple[str, AuthConfig]] = []
    for toolset in toolsets:
        if (config := toolset.get_auth_config()) is None:
            continue
        manager = CredentialManager(config)
        credential = await manager.get_auth_credential(context)
        if credential is not None:
            ctx.credential_by_key[config.credential_key] = credential
            continue
        request = AuthHandler(manager.auth_config).generate_auth_request()
        wanted.append((f"{_TOOLSET}{type(toolset).__name__}", request))
    if (actions := context.settle()).state_delta:
        # A credential service may keep them there.
        event = Event(
            invocation_id=ctx.invocation_id,
            author=agent.name,
            branch=ctx.branch,
            node_path=ctx.node_path,
            actions=actions,
        )
        events.append(event)
    if (question := credential_request(ctx, agent, wanted, role=None)) is not None:
        ctx.progress.pause(agent.name, blocked=True)
        ctx.end_invocation = True
        events.append(question)
    return events

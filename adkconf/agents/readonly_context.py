"""The view of a run that instruction providers and toolsets get."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.agents.run_config import RunConfig
from adkconf.auth.auth_credential import AuthCredential
from adkconf.sessions.session import Session


class ReadonlyContext:
    """Who runs, for whom, and the state, all for reading."""

    def __init__(self, invocation_context: InvocationContext) -> None:
        self._invocation_context = invocation_context

    @property
    def user_content(self) -> types.Content | None:
        """The message that started the run."""
        return self._invocation_context.user_content

    @property
    def invocation_id(self) -> str:
        """The run's id."""
        return self._invocation_context.invocation_id

    @property
    def agent_name(self) -> str:
        """The running agent's name."""
        return self._invocation_context.agent.name

    @property
    def state(self) -> Mapping[str, Any]:
        """The session's state with all scopes."""
        return MappingProxyType(self._invocation_context.session.state)

    @property
    def session(self) -> Session:
        """The session of the run."""
        return self._invocation_context.session

    @property
    def user_id(self) -> str:
        """The user the run is for."""
        return self._invocation_context.user_id

    @property
    def run_config(self) -> RunConfig:
        """The options of the run."""
        return self._invocation_context.run_config

    def get_credential(self, key: str) -> AuthCredential | None:
        """Returns what the flow got ready for a toolset, by its config's `credential_key`."""
        return self._invocation_context.credential_by_key.get(key)

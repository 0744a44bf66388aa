"""What callbacks and tools get: the run, plus what they may change."""

from __future__ import annotations

from typing import Any

from google.genai import types

from adkconf.agents.invocation_context import CredentialStore, InvocationContext
from adkconf.agents.node_run import NodeRun, Route
from adkconf.agents.readonly_context import ReadonlyContext
from adkconf.artifacts.base_artifact_service import ArtifactVersion, BaseArtifactService
from adkconf.auth.auth_credential import AuthCredential
from adkconf.auth.auth_handler import AuthHandler
from adkconf.auth.auth_tool import AuthConfig
from adkconf.events.event_actions import EventActions
from adkconf.events.ui_widget import UiWidget
from adkconf.memory.base_memory_service import BaseMemoryService, SearchMemoryResponse
from adkconf.sessions.state import State
from adkconf.tools.tool_confirmation import ToolConfirmation


class Context(ReadonlyContext):
    """The one context class; google-adk's names CallbackContext and ToolContext mean it too.

    Writes to `state` are visible at once and stored with the event that carries `actions`.
    """

    def __init__(
        self,
        invocation_context: InvocationContext,
        *,
        event_actions: EventActions | None = None,
        function_call_id: str | None = None,
        confirmation: ToolConfirmation | None = None,
        node_run: NodeRun | None = None,
    ) -> None:
        super().__init__(invocation_context)
        self._actions = event_actions if event_actions is not None else EventActions()
        self._state = State(
            invocation_context.session.state,
            self._actions.state_delta,
            invocation_context.state_schema,
        )
        self._node_run = node_run
        self.function_call_id = function_call_id
        self.tool_confirmation = confirmation

    @property
    def state(self) -> State:
        """The session's state, for reading and writing."""
        return self._state

    @property
    def actions(self) -> EventActions:
        """What the event of this callback or tool call will do."""
        return self._actions

    def get_invocation_context(self) -> InvocationContext:
        """Returns the context of the run."""
        return self._invocation_context

    def settle(self) -> EventActions:
        """Returns the actions with changes inside containers of the state recorded."""
        self._state.record_nested_writes()
        return self._actions

    @property
    def node_path(self) -> str:
        """Where the agent or workflow node stands: `wf@1/node@1`."""
        run = self._node_run
        return run.path if run is not None else self._invocation_context.node_path

    @property
    def node_run(self) -> NodeRun:
        """The workflow node's run.

        Raises:
            ValueError: this is not the context of a workflow node.
        """
        if self._node_run is None:
            raise ValueError("this works only in the context that a workflow node is given")
        return self._node_run

    @property
    def attempt_count(self) -> int:
        """How often the workflow node has been tried, this time included."""
        return self._node_run.attempt_count if self._node_run is not None else 1

    @property
    def resume_inputs(self) -> dict[str, Any]:
        """Answers to what the workflow node asked before it was resumed, by interrupt id."""
        return self._node_run.resume_inputs if self._node_run is not None else {}

    @property
    def output(self) -> Any:
        """What the workflow node produced; it can be set once."""
        return self._node_run.output if self._node_run is not None else None

    @output.setter
    def output(self, value: Any) -> None:
        self.node_run.set_output(value)

    @property
    def route(self) -> Route:
        """Which of the workflow node's edges are followed."""
        return self._node_run.route if self._node_run is not None else None

    @route.setter
    def route(self, value: Route) -> None:
        self.node_run.route = value
        self.node_run.route_sent = False

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
        """Runs a node or function as a child of the workflow node and returns its output.

        Await it at once. A child that was done before the run was interrupted, or before a retry,
        is not run again. Children are told apart by their name and the order of their runs, or by
        `run_id`, which must not be a number. `use_as_output` makes the child's output the node's;
        `use_sub_branch` hides its events from its siblings. `override_branch` takes the place of
        the node's branch. With `raise_on_wait` the node stops when the child has come to no output
        yet: a workflow, or a node that has `wait_for_output`.

        Raises:
            ValueError: not in a workflow node, or one that has not `rerun_on_resume`.
            DynamicNodeFailError: the child failed.
        """
        return await self.node_run.children.run_node(
            node,
            node_input,
            use_as_output=use_as_output,
            run_id=run_id,
            use_sub_branch=use_sub_branch,
            override_branch=override_branch,
            raise_on_wait=raise_on_wait,
        )

    def request_confirmation(self, *, hint: str | None = None, payload: Any = None) -> None:
        """Asks a person about the running tool call; the tool runs again with the answer.

        The second time `tool_confirmation` is set. `hint` tells the person what it is about,
        `payload` is data of the form that the answer should bring back.

        Raises:
            ValueError: this is not the context of a tool call.
        """
        if self.function_call_id is None:
            raise ValueError("request_confirmation can only be called inside a tool call")
        self._actions.requested_tool_confirmations[self.function_call_id] = ToolConfirmation(
            hint=hint or "", payload=payload
        )

    def render_ui_widget(self, ui_widget: UiWidget) -> None:
        """Has the front-end draw a widget.

        Raises:
            ValueError: there is one with this id already.
        """
        widgets = self._actions.render_ui_widgets or []
        if any(widget.id == ui_widget.id for widget in widgets):
            raise ValueError(f"there is a UI widget {ui_widget.id!r} already; give it another id")
        self._actions.render_ui_widgets = [*widgets, ui_widget]

    def request_credential(self, auth_config: AuthConfig) -> None:
        """Asks the user for a credential; the run stops and the tool runs again with the answer.

        The second time `get_auth_response` returns it. What is sent and stored has no secrets.

        Raises:
            ValueError: this is not the context of a tool call, or `auth_config` lacks what a
                sign-in needs.
        """
        if self.function_call_id is None:
            raise ValueError(
                "request_credential can only be called inside a tool call; "
                "use load_credential and save_credential elsewhere"
            )
        request = AuthHandler(auth_config).generate_auth_request()
        self._actions.requested_auth_configs[self.function_call_id] = request

    def get_auth_response(self, auth_config: AuthConfig) -> AuthCredential | None:
        """Returns what the user answered in this run, codes exchanged for tokens; None if nothing.

        The exchange is one HTTP request, and blocks the calling thread for ten seconds at most.

        Raises:
            MissingExtraError: there is a code to exchange and Authlib is not installed.
        """
        return AuthHandler(auth_config).get_auth_response(self._state)

    async def load_credential(self, auth_config: AuthConfig) -> AuthCredential | None:
        """Returns the user's credential that was saved earlier, or None.

        Raises:
            ValueError: the runner has no credential service.
        """
        return await self._credentials().load_credential(auth_config, self)

    async def save_credential(self, auth_config: AuthConfig) -> None:
        """Saves `auth_config.exchanged_auth_credential` for later runs of the user.

        Raises:
            ValueError: the runner has no credential service.
        """
        await self._credentials().save_credential(auth_config, self)

    async def save_artifact(
        self,
        filename: str,
        artifact: types.Part,
        custom_metadata: dict[str, Any] | None = None,
    ) -> int:
        """Stores a new version of a file and returns its number, from 0.

        Raises:
            ValueError: the runner has no artifact service.
        """
        session = self.session
        version = await self._artifacts().save_artifact(
            app_name=session.app_name,
            user_id=session.user_id,
            session_id=session.id,
            filename=filename,
            artifact=artifact,
            custom_metadata=custom_metadata,
        )
        self._actions.artifact_delta[filename] = version
        return version

    async def load_artifact(self, filename: str, version: int | None = None) -> types.Part | None:
        """Returns a file, the latest version unless one is given; None when there is none."""
        session = self.session
        return await self._artifacts().load_artifact(
            app_name=session.app_name,
            user_id=session.user_id,
            session_id=session.id,
            filename=filename,
            version=version,
        )

    async def list_artifacts(self) -> list[str]:
        """Returns the names of the session's and the user's files."""
        session = self.session
        return await self._artifacts().list_artifact_keys(
            app_name=session.app_name, user_id=session.user_id, session_id=session.id
        )

    async def get_artifact_version(
        self, filename: str, version: int | None = None
    ) -> ArtifactVersion | None:
        """Returns what is known of a file's version, or None."""
        session = self.session
        return await self._artifacts().get_artifact_version(
            app_name=session.app_name,
            user_id=session.user_id,
            session_id=session.id,
            filename=filename,
            version=version,
        )

    async def add_session_to_memory(self) -> None:
        """Lets later sessions of the user remember this one."""
        await self._memory().add_session_to_memory(self.session)

    async def search_memory(self, query: str) -> SearchMemoryResponse:
        """Searches what is remembered of this app and user."""
        session = self.session
        return await self._memory().search_memory(
            app_name=session.app_name, user_id=session.user_id, query=query
        )

    def _artifacts(self) -> BaseArtifactService:
        if (service := self._invocation_context.artifact_service) is None:
            raise ValueError(
                "Artifact service is not initialized. Give the runner an artifact_service, "
                "or set services.artifact in app.yaml."
            )
        return service

    def _credentials(self) -> CredentialStore:
        if (service := self._invocation_context.credential_service) is None:
            raise ValueError(
                "Credential service is not initialized. Give the runner a credential_service, "
                "or set services.credential in app.yaml."
            )
        return service

    def _memory(self) -> BaseMemoryService:
        if (service := self._invocation_context.memory_service) is None:
            raise ValueError(
                "Memory service is not available. Give the runner a memory_service, "
                "or set services.memory in app.yaml."
            )
        return service

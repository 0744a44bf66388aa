"""Asking the user for a credential before a node calls its function or tool."""

from __future__ import annotations

from google.genai import types
from pydantic import ValidationError

from adkconf.agents.context import Context
from adkconf.auth.auth_answer import keep_answer
from adkconf.auth.auth_credential import AuthCredentialTypes
from adkconf.auth.auth_handler import AuthHandler
from adkconf.auth.auth_tool import AuthConfig, AuthToolArguments
from adkconf.errors import WorkflowDataError
from adkconf.events.event import Event
from adkconf.flows.credentials import REQUEST_CREDENTIAL
from adkconf.sessions.state import State

_SIGN_IN = (AuthCredentialTypes.OAUTH2, AuthCredentialTypes.OPEN_ID_CONNECT)


def take_credential(ctx: Context) -> None:
    """Puts what the user gave for the node into the state of the run, where calls look for it.

    Raises:
        WorkflowDataError: it is no credential, or not the answer to what was asked.
    """
    answer = ctx.get_invocation_context().credential_answers.pop(_question(ctx), None)
    if answer is None or (asked := _asked(ctx)) is None:
        return
    keep_answer(asked, answer, ctx.session.state)
    if State.TEMP_PREFIX + asked.credential_key not in ctx.session.state:
        raise WorkflowDataError(
            "the answer to the request for a credential has none in it, or belongs to another "
            "sign-in; send the request back with exchangedAuthCredential filled in"
        )


def has_credential(ctx: Context, config: AuthConfig) -> bool:
    """Tells whether the state has the credential."""
    key = config.credential_key
    return bool(ctx.state.get(State.TEMP_PREFIX + key) or ctx.state.get(key))


def ask_for_credential(ctx: Context, config: AuthConfig) -> Event:
    """Makes the event that asks the user.

    Raises:
        ValueError: `config` lacks what a sign-in needs.
    """
    arguments = AuthToolArguments(
        function_call_id=_question(ctx), auth_config=AuthHandler(config).generate_auth_request()
    )
    shown = arguments.model_dump(mode="json", exclude_none=True, by_alias=True)
    call = types.FunctionCall(
        id=_question(ctx), name=REQUEST_CREDENTIAL, args={**shown, "message": _message(config)}
    )
    return Event(
        content=types.Content(role="model", parts=[types.Part(function_call=call)]),
        long_running_tool_ids={_question(ctx)},
    )


def _message(config: AuthConfig) -> str:
    raw = config.raw_auth_credential
    if raw is not None and raw.auth_type in _SIGN_IN:
        return "Please sign in."
    if raw is not None and raw.auth_type == AuthCredentialTypes.API_KEY:
        name = getattr(config.auth_scheme, "name", "the service")
        return f"Please enter your API key for {name}."
    return "Please enter your credential."


def _asked(ctx: Context) -> AuthConfig | None:
    for event in reversed(ctx.session.events):
        for call in event.get_function_calls():
            if call.id == _question(ctx) and call.name == REQUEST_CREDENTIAL:
                try:
                    return AuthToolArguments.model_validate(call.args or {}).auth_config
                except ValidationError:
                    return None
    return None


def _question(ctx: Context) -> str:
    return f"wf_auth:{ctx.node_path}"

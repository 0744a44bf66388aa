"""The user's message: checked, shown to plugins, stored."""

from __future__ import annotations

from typing import Any

from google.genai import types

from adkconf.agents.invocation_context import InvocationContext
from adkconf.errors import InputValidationError
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.flows.credentials import take_credentials
from adkconf.invocation.deadline import NEVER, Deadline
from adkconf.invocation.recorder import record, record_failure
from adkconf.invocation.routing import find_call


def check_request(
    message: types.Content | None,
    state_delta: dict[str, Any] | None,
    invocation_id: str | None,
    *,
    is_resumable: bool,
) -> None:
    """Refuses what cannot start a run, or take the run `invocation_id` up again.

    Raises:
        InputValidationError: nothing to say, a function call in the user's name, or a run to take
            up in an app that is not resumable.
    """
    if message is not None:
        _check_parts(message)
    elif state_delta is not None:
        raise InputValidationError("state_delta needs a new_message to go with")
    elif invocation_id is None:
        raise InputValidationError("new_message is required to start a run")
    if invocation_id is not None and not is_resumable:
        raise InputValidationError(
            "invocation_id: this app is not resumable; give it "
            "resumability_config=ResumabilityConfig(is_resumable=True)"
        )


def _check_parts(message: types.Content) -> None:
    if not message.parts:
        raise InputValidationError("No parts in the new_message.")
    if any(part.function_call for part in message.parts):
        raise InputValidationError("User message cannot contain function calls.")
    kinds = {part.function_response is None for part in message.parts}
    if len(kinds) > 1:
        raise InputValidationError(
            "A message that answers function calls cannot also contain text or files; send two."
        )


async def store_message(
    ctx: InvocationContext,
    message: types.Content,
    state_delta: dict[str, Any] | None,
    deadline: Deadline = NEVER,
) -> Event:
    """Stores the message as the run's first event, with the state changes that came with it.

    Credentials in it go to the run, not into the session. When storing fails, the run ends with
    an error event instead, and the exception goes on.
    """
    message, ctx.credential_answers = take_credentials(message)
    try:
        async with deadline.watch():
            event = await _event(ctx, message.model_copy(update={"role": "user"}), state_delta)
        return await record(ctx, event)
    except Exception as error:
        await record_failure(ctx, error)
        raise


async def _event(
    ctx: InvocationContext, message: types.Content, state_delta: dict[str, Any] | None
) -> Event:
    replaced: types.Content | None = await ctx.plugin_manager.first(
        "on_user_message_callback", invocation_context=ctx, user_message=message
    )
    ctx.user_content = replaced if replaced is not None else message
    actions = EventActions(state_delta=dict(state_delta or {}))
    if ctx.run_config.save_input_blobs_as_artifacts:
        ctx.user_content = await _with_saved_files(ctx, ctx.user_content, actions)
    branch, scope = _place(ctx, ctx.user_content)
    return Event(
        invocation_id=ctx.invocation_id,
        author="user",
        branch=branch,
        isolation_scope=scope,
        content=ctx.user_content,
        actions=actions,
        custom_metadata=ctx.message_metadata,
    )


def _place(ctx: InvocationContext, content: types.Content) -> tuple[str | None, str | None]:
    """Returns the branch and the scope of the calls that a message answers, if they have one.

    Any other message belongs to the task that it continues.
    """
    answered = [part.function_response.id for part in content.parts or () if part.function_response]
    calls = (find_call(ctx.session.events, call_id) for call_id in answered)
    places = {(call.branch, call.isolation_scope) for call in calls if call is not None}
    if len(places) == 1:
        return places.pop()
    return None, ctx.continued.scope if ctx.continued is not None else None


async def _with_saved_files(
    ctx: InvocationContext, content: types.Content, actions: EventActions
) -> types.Content:
    """Stores the message's files as artifacts and puts a note in the place of each."""
    if ctx.artifact_service is None:
        return content
    parts: list[types.Part] = []
    for index, part in enumerate(content.parts or ()):
        if part.inline_data is None:
            parts.append(part)
            continue
        name = f"artifact_{ctx.invocation_id}_{index}"
        actions.artifact_delta[name] = await ctx.artifact_service.save_artifact(
            app_name=ctx.app_name,
            user_id=ctx.user_id,
            session_id=ctx.session.id,
            filename=name,
            artifact=part,
        )
        parts.append(types.Part(text=f"The uploaded file is saved as artifact {name}."))
    return content.model_copy(update={"parts": parts})

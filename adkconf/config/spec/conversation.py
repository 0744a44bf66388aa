"""Conversation tests: what a user says to the app, and what is expected of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from adkconf.config.spec.choice import Late
from adkconf.config.spec.component import ModelSpec
from adkconf.config.spec.section import Section


def _several(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Texts = Annotated[
    tuple[str, ...], BeforeValidator(_several, json_schema_input_type=str | list[str])
]


class TextCheckSpec(Section):
    """What a text has to be like; all that is written must be true of it."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    equals: str | None = None
    """The text, but for white space around it."""
    contains: Texts = ()
    """A text, or several, that must be in it."""
    not_contains: Texts = ()
    """A text, or several, that must not be in it."""
    matches: str | None = None
    """A regular expression that must be found in it; `.` stands for line breaks too."""
    response_match: str | None = None
    """A text that it must be like: google-adk's `response_match_score`, the words that both have
    (ROUGE-1, F-measure)."""
    threshold: float = Field(default=0.8, ge=0, le=1)
    """The score that `response_match` asks for."""


def _equal_to(value: Any) -> Any:
    return {"equals": value} if isinstance(value, str) else value


TextCheck = Annotated[
    TextCheckSpec, BeforeValidator(_equal_to, json_schema_input_type=str | TextCheckSpec)
]


class CallCheckSpec(Section):
    """A call of a tool."""

    name: str = Field(min_length=1)
    """The tool."""
    args: dict[str, Any] = {}
    """Arguments that it must have; it may have more, and so may maps among them."""


def _call_of(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


CallCheck = Annotated[
    CallCheckSpec, BeforeValidator(_call_of, json_schema_input_type=str | CallCheckSpec)
]


class ExpectSpec(Section):
    """What a turn is expected to bring; what is left out is not looked at.

    Without `error`, a turn that fails is a failure of the test.
    """

    reply: TextCheck | None = None
    """The text of the turn's last answer: a text that it equals, or what it must be like."""
    calls: tuple[CallCheck, ...] | None = None
    """The tools that were called, in their order: names, or names with arguments. `[]` for none.
    A handover counts, as a call of `transfer_to_agent`."""
    calls_match: Literal["exact", "in_order", "any_order"] = "exact"
    """As in google-adk's `tool_trajectory_avg_score`: `exact` allows no other calls, `in_order`
    allows others between them, `any_order` also another order."""
    author: str | None = None
    """The agent that gave the last answer."""
    agents: tuple[str, ...] | None = None
    """All agents that took part, in the order in which they came to speak."""
    state: dict[str, Any] | None = None
    """Keys of the session's state, with their values after the turn; null for a key that is not
    there. Maps may have more keys than are written."""
    artifacts: tuple[str, ...] | dict[str, TextCheck] | None = None
    """Files that the session has: names, or names with what their texts must be like."""
    model_calls: int | None = Field(default=None, ge=0)
    """How many answers of models the turn took; those inside of an `AgentTool` do not count."""
    waits_for: tuple[str, ...] | None = None
    """The tools whose answer, confirmation or credential the app waits for after the turn;
    `adk_request_input` stands for a workflow's question."""
    error: str | None = None
    """The code of the error that the turn ends with, such as `RUN_TIMEOUT`."""


class ConfirmSpec(Section):
    """What the user says to «may this tool run?»."""

    confirmed: bool = True
    """Whether it may."""
    payload: Any = None
    """What else the tool is told."""
    name: str | None = None
    """The tool; needed where several wait."""


class AnswerSpec(Section):
    """The answer to a call that waits for one."""

    name: str = Field(min_length=1)
    """The tool, or the id of the call; a workflow's question has its `interrupt_id`."""
    response: Any = None
    """The answer. To a request for a credential, what is to be filled into its configuration:
    `{exchangedAuthCredential: …}`."""


class TurnSpec(Section):
    """One message of the user, and what is expected of the answer: one of `message`, `confirm`
    and `answers`.
    """

    message: str | list[Any] | None = None
    """What the user says: a text, or a list of texts and of parts in google-genai's names."""
    confirm: bool | ConfirmSpec | None = None
    """The user's answer to a tool that asked for confirmation in an earlier turn."""
    answers: tuple[AnswerSpec, ...] | None = Field(default=None, min_length=1)
    """Answers to long-running tools, to a workflow's questions, and to requests for credentials."""
    expect: ExpectSpec = Field(default_factory=ExpectSpec)
    """What the turn is expected to bring."""


class ConversationSpec(Section):
    """A conversation with the app, as a test of it; `adkconf test` runs it.

    It has a session of its own, and services that live in memory, whatever `services` says.
    """

    name: str = Field(min_length=1)
    """What the test is called."""
    user_id: str = Field(default="user", min_length=1)
    """Whose session it is."""
    state: dict[str, Any] = {}
    """What the session's state starts with."""
    models: dict[str, ModelSpec] = {}
    """Models in the place of the app's own, each by the name of an agent, of a key of `models`, or
    of a provider's model. Models that need a network need one here, or `--live`."""
    timeout_seconds: float = Field(default=60, gt=0)
    """A turn that takes longer is a failure."""
    turns: tuple[TurnSpec, ...] = Field(min_length=1)
    """The conversation."""


def _as_expanded(value: Any) -> Any:
    """Patterns have given way to the tests of their files when the spec is made."""
    return value


_Pattern = Annotated[str, Field(min_length=1)]
Conversations = Annotated[
    tuple[Annotated[ConversationSpec, Late()], ...],
    BeforeValidator(
        _as_expanded, json_schema_input_type=_Pattern | list[_Pattern | ConversationSpec]
    ),
]

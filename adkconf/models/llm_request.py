"""One request to a model, as the flow builds it and callbacks may change it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from adkconf.models.genai_types import types


class DeclaredTool(Protocol):
    """What a request needs to know of a tool."""

    name: str

    def _get_declaration(self) -> types.FunctionDeclaration | None: ...


class LlmRequest(BaseModel):
    """Contents, configuration and tools of one model call.

    `contents` may be changed freely as a list; a model implementation must not change the
    contents it finds in it, since they are shared with later requests of the session.
    `tools_dict` maps each callable name to its tool. `session_key` is (app name, user id, session
    id) of the conversation, for models that remember something per session; `earlier_answers`
    counts what this model object has answered there so far. Neither is sent.
    """

    # The runtime makes requests without checking them: the schema is for those made elsewhere.
    model_config = ConfigDict(arbitrary_types_allowed=True, defer_build=True)

    model: str | None = None
    contents: list[types.Content] = Field(default_factory=list)
    config: types.GenerateContentConfig = Field(default_factory=types.GenerateContentConfig)
    live_connect_config: types.LiveConnectConfig = Field(default_factory=types.LiveConnectConfig)
    tools_dict: dict[str, Any] = Field(default_factory=dict, exclude=True)
    cache_config: Any = None
    cache_metadata: Any = None
    cacheable_contents_token_count: int | None = None
    previous_interaction_id: str | None = None
    service_tier: str | None = None
    session_key: tuple[str, str, str] | None = Field(default=None, exclude=True)
    earlier_answers: Callable[[], int] | None = Field(default=None, exclude=True)

    @classmethod
    def unchecked(cls, **fields: Any) -> LlmRequest:
        """Makes a request of values that are known to fit; the rest is empty."""
        blank = _blank()
        fresh: dict[str, Any] = {
            "contents": [],
            "live_connect_config": blank.live_connect_config.model_copy(),
            "tools_dict": {},
        }
        return blank.model_copy(update=fresh | fields)

    def append_instructions(self, instructions: list[str] | types.Content) -> list[types.Content]:
        """Adds to the system instruction, separated by an empty line.

        A `Content` contributes its text parts; its other parts cannot stand in a system
        instruction, so each is replaced by a reference there and sent as a user content at the
        end of `contents`. Returns those user contents.
        """
        if isinstance(instructions, types.Content):
            texts, attachments = _split_instruction(instructions)
            self._append_system_text(texts)
            self.contents.extend(attachments)
            return attachments
        if not all(isinstance(item, str) for item in instructions):
            raise TypeError("instructions must be a list of str or a types.Content")
        self._append_system_text(instructions)
        return []

    def insert_context(self, text: str) -> None:
        """Puts a text in front of the user's last message, or behind the last tool results."""
        index = len(self.contents)
        while index and _is_message(self.contents[index - 1]):
            index -= 1
        self.contents.insert(index, types.Content(role="user", parts=[types.Part(text=text)]))

    def _append_system_text(self, texts: list[str]) -> None:
        if not texts:
            return
        added = "\n\n".join(texts)
        current = self.config.system_instruction
        if not current:
            self.config.system_instruction = added
        elif isinstance(current, str):
            self.config.system_instruction = f"{current}\n\n{added}"
        else:
            raise TypeError(
                "cannot add text to a system_instruction that is a "
                f"{type(current).__name__}; make it a str"
            )

    def append_tools(self, tools: list[Any]) -> None:
        """Declares tools to the model; a later tool of the same name takes the calls."""
        declarations: list[types.FunctionDeclaration] = []
        for tool in tools:
            declaration = tool._get_declaration()
            if declaration is not None:
                declarations.append(declaration)
                self.tools_dict[tool.name] = tool
        if not declarations:
            return
        if self.config.tools is None:
            self.config.tools = []
        for existing in self.config.tools:
            if isinstance(existing, types.Tool) and existing.function_declarations:
                existing.function_declarations.extend(declarations)
                return
        self.config.tools.append(
            _NO_TOOL.model_copy(update={"function_declarations": declarations})
        )

    def set_output_schema(self, output_schema: Any) -> None:
        """Asks for JSON of this schema (pydantic model, list type, dict or `types.Schema`)."""
        self.config.response_schema = output_schema
        self.config.response_mime_type = "application/json"


_NO_TOOL = types.Tool()


@cache
def _blank() -> LlmRequest:
    # Making it in the usual way would make its large schema, which only live runs need.
    return LlmRequest.model_construct(live_connect_config=types.LiveConnectConfig.model_construct())


def _is_message(content: types.Content) -> bool:
    return content.role == "user" and not any(p.function_response for p in content.parts or ())


def _split_instruction(content: types.Content) -> tuple[list[str], list[types.Content]]:
    texts: list[str] = []
    attachments: list[types.Content] = []
    for part in content.parts or ():
        payload = part.inline_data or part.file_data
        if part.text:
            texts.append(part.text)
        elif payload is not None:
            label = f"attachment {len(attachments) + 1}"
            about = ", ".join(
                text for text in (payload.display_name, payload.mime_type) if text is not None
            )
            texts.append(f"[See {label}{f' ({about})' if about else ''} below.]")
            attachments.append(
                types.Content(role="user", parts=[types.Part(text=f"This is {label}:"), part])
            )
    return texts, attachments

from __future__ import annotations

from typing import Any

import pytest
from google.genai import types

from adkconf.models import LlmRequest
from adkconf.tools.function_tool import FunctionTool


def add(a: int, b: int) -> int:
    """Adds."""
    return a + b


def double(a: int) -> int:
    """Doubles."""
    return 2 * a


def test_instructions_are_separated_by_an_empty_line() -> None:
    request = LlmRequest()
    assert request.append_instructions(["one", "two"]) == []
    request.append_instructions(["three"])
    assert request.config.system_instruction == "one\n\ntwo\n\nthree"


def test_no_instructions_leave_the_request_alone() -> None:
    request = LlmRequest()
    request.append_instructions([])
    assert request.config.system_instruction is None


def test_files_of_an_instruction_move_to_the_contents() -> None:
    request = LlmRequest()
    blob = types.Blob(data=b"x", mime_type="image/png", display_name="logo")
    parts = [types.Part(text="Look at"), types.Part(inline_data=blob), types.Part(text="well")]
    [moved] = request.append_instructions(types.Content(role="user", parts=parts))
    assert request.config.system_instruction == (
        "Look at\n\n[See attachment 1 (logo, image/png) below.]\n\nwell"
    )
    assert request.contents == [moved]
    assert moved.parts == [types.Part(text="This is attachment 1:"), parts[1]]


@pytest.mark.parametrize("wrong", [[1], [None], [types.Part(text="a")]])
def test_an_instruction_that_is_no_text_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match="list of str"):
        LlmRequest().append_instructions(wrong)


def test_text_cannot_be_added_to_an_instruction_of_another_kind() -> None:
    config = types.GenerateContentConfig(system_instruction=types.UserContent("given"))
    with pytest.raises(TypeError, match="make it a str"):
        LlmRequest(config=config).append_instructions(["more"])


def test_all_declarations_stand_in_one_tool() -> None:
    request = LlmRequest()
    request.append_tools([FunctionTool(add)])
    request.append_tools([FunctionTool(double)])
    [tool] = request.config.tools or []
    assert isinstance(tool, types.Tool)
    assert [function.name for function in tool.function_declarations or []] == ["add", "double"]
    assert set(request.tools_dict) == {"add", "double"}


def test_declarations_join_tools_of_other_kinds() -> None:
    search = types.Tool(google_search=types.GoogleSearch())
    request = LlmRequest(config=types.GenerateContentConfig(tools=[search]))
    request.append_tools([FunctionTool(add)])
    assert len(request.config.tools or []) == 2


def test_an_output_schema_asks_for_json() -> None:
    request = LlmRequest()
    request.set_output_schema({"type": "object"})
    assert request.config.response_schema == {"type": "object"}
    assert request.config.response_mime_type == "application/json"


def test_what_is_only_for_this_process_is_not_dumped() -> None:
    request = LlmRequest(session_key=("a", "u", "s"), tools_dict={"f": object()})
    assert not {"session_key", "tools_dict"} & request.model_dump().keys()

from __future__ import annotations

from google.genai import types

from adkconf.models.word_usage import WordUsage
from tests.models.answers import asks

KEY = ("app", "user", "session")


def test_words_of_instruction_contents_calls_and_files_count() -> None:
    request = asks("one two")
    request.config.system_instruction = "three four five"
    request.contents.append(
        types.Content(
            role="model",
            parts=[
                types.Part.from_function_call(name="f", args={"a": 1}),
                types.Part.from_bytes(data=b"x", mime_type="image/png"),
            ],
        )
    )
    usage = WordUsage().of(request, [types.Part(text="a b", thought=True), types.Part(text="c")])
    assert usage.prompt_token_count == 3 + 2 + (1 + 2) + 1
    assert (usage.thoughts_token_count, usage.candidates_token_count) == (2, 1)
    assert usage.total_token_count == 9 + 3


def test_a_growing_conversation_counts_as_if_counted_anew() -> None:
    usage = WordUsage()
    texts = ["a b", "c", "d e f", "g"]
    for length in (1, 3, 2, 4):
        request = asks(*texts[:length], session_key=KEY)
        fresh = WordUsage().of(request, [])
        assert usage.of(request, []).prompt_token_count == fresh.prompt_token_count


def test_only_what_was_added_is_counted_again() -> None:
    usage = WordUsage()
    request = asks("a b", "c", session_key=KEY)
    usage.of(request, [])
    request.contents[0].parts[0].text = "changed unseen behind the last content"  # type: ignore
    request.contents.append(types.UserContent("d"))
    assert usage.of(request, []).prompt_token_count == 4

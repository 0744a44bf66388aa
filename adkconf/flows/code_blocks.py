"""Code in answers, and its results, between what a model writes and what the log has.

A model writes code as text between delimiters. The log has it as a part of its own, and so its
result. In requests both are text again.
"""

from __future__ import annotations

from google.genai import types

from adkconf.code_executors.base_code_executor import BaseCodeExecutor
from adkconf.code_executors.code_execution import CodeExecutionResult

_Delimiters = list[tuple[str, str]]


def cut_at_code(
    parts: list[types.Part], delimiters: _Delimiters, *, signed_only: bool
) -> list[types.Part] | None:
    """Returns the parts up to the first code, which comes last; None when there is no code.

    What follows was written without its result. Thoughts are kept in front and not searched; with
    `signed_only` only those that the model itself marked are thoughts.
    """
    thoughts = [part for part in parts if _is_thought(part, signed_only)]
    said = [part for part in parts if not _is_thought(part, signed_only)]
    cut = _at_code_part(said) or _at_code_block(said, delimiters)
    return cut and [*thoughts, *cut]


def _is_thought(part: types.Part, signed_only: bool) -> bool:
    return bool(part.thought) and (bool(part.thought_signature) or not signed_only)


def _at_code_part(parts: list[types.Part]) -> list[types.Part] | None:
    for index, part in enumerate(parts):
        done = index + 1 < len(parts) and parts[index + 1].code_execution_result
        if part.executable_code and not done:
            return parts[: index + 1]
    return None


def _at_code_block(parts: list[types.Part], delimiters: _Delimiters) -> list[types.Part] | None:
    texts = [part for part in parts if part.text]
    text = "\n".join(part.text or "" for part in texts)
    blocks = [block for opening, closing in delimiters if (block := _block(text, opening, closing))]
    if not blocks:
        return None
    start, code = min(blocks)
    before = [texts[0].model_copy(update={"text": text[:start]})] if start else []
    return [*before, code_part(code)]


def _block(text: str, opening: str, closing: str) -> tuple[int, str] | None:
    """Returns where the first block starts, and the code in it."""
    start = text.find(opening)
    end = text.find(closing, start + len(opening)) if start >= 0 else -1
    code = text[start + len(opening) : end] if end >= 0 else ""
    return (start, code) if code else None


def code_part(code: str) -> types.Part:
    """Returns code as a part."""
    return types.Part(
        executable_code=types.ExecutableCode(code=code, language=types.Language.PYTHON)
    )


def result_part(result: CodeExecutionResult) -> types.Part:
    """Returns what code wrote, or why it failed, as a part."""
    if result.stderr:
        outcome, output = types.Outcome.OUTCOME_FAILED, result.stderr
    else:
        names = ", ".join(f"`{file.name}`" for file in result.output_files)
        saved = [f"Saved as artifacts: {names}"] if names else []
        said = [result.stdout] if result.stdout or not saved else []
        outcome, output = types.Outcome.OUTCOME_OK, "\n\n".join([*said, *saved])
    return types.Part(
        code_execution_result=types.CodeExecutionResult(outcome=outcome, output=output)
    )


def as_text(content: types.Content, executor: BaseCodeExecutor) -> types.Content:
    """Returns a content with code at its end, or with a result alone, as text."""
    parts = content.parts or []
    last = parts[-1] if parts else types.Part()
    if last.executable_code:
        opening, closing = executor.code_block_delimiters[0]
        code = types.Part(text=f"{opening}{last.executable_code.code or ''}{closing}")
        return content.model_copy(update={"parts": [*parts[:-1], code]})
    if len(parts) == 1 and last.code_execution_result:
        opening, closing = executor.execution_result_delimiters
        text = f"{opening}{last.code_execution_result.output or ''}{closing}"
        return types.Content(role="user", parts=[types.Part(text=text)])
    return content

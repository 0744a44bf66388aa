"""Requests to models in the words of OpenAI's chat completions, which LiteLLM takes for all."""

from __future__ import annotations

import base64
import json
import mimetypes
from collections.abc import Iterable, Iterator
from typing import Any

from google.genai import types
from pydantic import BaseModel

from adkconf.errors import InputValidationError
from adkconf.models.llm_request import LlmRequest

_OPTIONS = {
    "temperature": "temperature",
    "max_output_tokens": "max_completion_tokens",
    "top_p": "top_p",
    "top_k": "top_k",
    "seed": "seed",
    "stop_sequences": "stop",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
}
_TOOL_CHOICES = {"ANY": "required", "NONE": "none"}
_AUDIO_FORMATS = {"mpeg": "mp3", "x-wav": "wav", "wave": "wav", "vnd.wave": "wav"}
_NO_RESULT = "Error: the tool gave no result; it may have been interrupted."
_GO_ON = "Go on with what the system instruction asks for."
_STRUCTURED = ("json_object", "json_schema")


def completion_arguments(request: LlmRequest, model: str) -> dict[str, Any]:
    """Returns the arguments of a completion that come from a request.

    Raises:
        InputValidationError: a part cannot be said in these words.
    """
    tools = list(_tools(request.config.tools or ()))
    arguments: dict[str, Any] = {"messages": _messages(request), **_options(request.config)}
    if tools:
        arguments["tools"] = tools
        if (choice := _tool_choice(request.config)) is not None:
            arguments["tool_choice"] = choice
    if request.config.response_schema is not None:
        schema = request.config.response_schema
        arguments["response_format"] = _response_format(schema, model)
    return arguments | _http_options(request.config.http_options)


def reasoning_effort(config: types.GenerateContentConfig) -> str | None:
    """Returns how hard a model is to think; None where nothing is said of it."""
    thinking = config.thinking_config
    if thinking is None:
        return None
    level, budget = thinking.thinking_level, thinking.thinking_budget
    if level is not None and level != types.ThinkingLevel.THINKING_LEVEL_UNSPECIFIED:
        return str(level.value).lower()
    if budget is None or budget < 0:
        return None
    limits = {0: "none", 1024: "low", 2048: "medium"}
    return next((effort for most, effort in limits.items() if budget <= most), "high")


def _messages(request: LlmRequest) -> list[dict[str, Any]]:
    messages = [message for content in request.contents for message in _of_content(content)]
    if not messages or messages[-1]["role"] == "assistant":
        messages.append({"role": "user", "content": _GO_ON})
    if instruction := _text_of(request.config.system_instruction):
        messages.insert(0, {"role": "system", "content": instruction})
    return list(_with_results(messages))


def _text_of(instruction: Any) -> str:
    if instruction is None or isinstance(instruction, str):
        return instruction or ""
    if isinstance(instruction, types.Content):
        return "\n".join(part.text for part in instruction.parts or () if part.text)
    items = instruction if isinstance(instruction, list) else [instruction]
    return "\n".join(
        _text_of(item) if not isinstance(item, types.Part) else item.text or "" for item in items
    )


def _of_content(content: types.Content) -> Iterator[dict[str, Any]]:
    rest = []
    for part in content.parts or ():
        if (answer := part.function_response) is not None:
            text = _json(answer.response)
            yield {"role": "tool", "tool_call_id": answer.id or "", "content": text}
        else:
            rest.append(part)
    if rest:
        is_models = content.role in ("model", "assistant")
        yield from _of_model(rest) if is_models else _of_user(rest)


def _of_user(parts: list[types.Part]) -> Iterator[dict[str, Any]]:
    if shown := _content([part for part in parts if not part.thought]):
        yield {"role": "user", "content": shown}


def _of_model(parts: list[types.Part]) -> Iterator[dict[str, Any]]:
    calls = [_call(part) for part in parts if part.function_call]
    thoughts = "".join(part.text or "" for part in parts if part.thought)
    said = [part for part in parts if not part.thought and not part.function_call]
    content = _content(said) or None
    if isinstance(content, list):
        # Only texts may stand in a list of what a model has said.
        texts = [block["text"] for block in content if block["type"] == "text"]
        content = "\n".join(texts) or None
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if calls:
        message["tool_calls"] = calls
    if thoughts:
        message["reasoning_content"] = thoughts
    yield message


def _call(part: types.Part) -> dict[str, Any]:
    call = part.function_call
    assert call is not None
    made: dict[str, Any] = {
        "type": "function",
        "id": call.id or "",
        "function": {"name": call.name, "arguments": _json(call.args)},
    }
    if part.thought_signature:
        signature = {"thought_signature": base64.b64encode(part.thought_signature).decode()}
        made["provider_specific_fields"] = signature
        made["extra_content"] = {"google": signature}
    return made


def _with_results(messages: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Answers calls that have no answer, which providers refuse."""
    open_calls: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            open_calls = [each for each in open_calls if each != message["tool_call_id"]]
        else:
            yield from map(_missing_result, open_calls)
            open_calls = [call["id"] for call in message.get("tool_calls", ()) if call["id"]]
        yield message
    yield from map(_missing_result, open_calls)


def _missing_result(call_id: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": _NO_RESULT}


def _content(parts: list[types.Part]) -> str | list[dict[str, Any]]:
    blocks = [block for part in parts if (block := _block(part)) is not None]
    if len(blocks) == 1 and blocks[0]["type"] == "text":
        return str(blocks[0]["text"])
    return blocks


def _block(part: types.Part) -> dict[str, Any] | None:
    if part.text:
        return {"type": "text", "text": part.text}
    if part.inline_data is not None and part.inline_data.data:
        return _inline(part.inline_data.data, part.inline_data.mime_type or "")
    if part.file_data is not None and part.file_data.file_uri:
        return _file(part.file_data.file_uri, part.file_data.mime_type)
    return None


def _inline(data: bytes, mime_type: str) -> dict[str, Any]:
    kind, _, form = mime_type.partition(";")[0].strip().lower().partition("/")
    if kind == "text":
        return {"type": "text", "text": data.decode(errors="replace")}
    encoded = base64.b64encode(data).decode()
    if kind == "audio":
        audio = {"data": encoded, "format": _AUDIO_FORMATS.get(form, form)}
        return {"type": "input_audio", "input_audio": audio}
    address = f"data:{kind}/{form};base64,{encoded}"
    if kind in ("image", "video"):
        return {"type": f"{kind}_url", f"{kind}_url": {"url": address}}
    if kind == "application":
        return {"type": "file", "file": {"file_data": address}}
    raise InputValidationError(f"a part of the type {mime_type!r} cannot be sent to this model")


def _file(uri: str, mime_type: str | None) -> dict[str, Any]:
    mime_type = mime_type or mimetypes.guess_type(uri.partition("?")[0])[0]
    kind = (mime_type or "").partition("/")[0]
    if uri.startswith(("http://", "https://")) and kind in ("image", "video"):
        return {"type": f"{kind}_url", f"{kind}_url": {"url": uri}}
    if mime_type is None:
        raise InputValidationError(
            "a file that is sent to this model needs a mime_type: set file_data.mime_type"
        )
    return {"type": "file", "file": {"file_id": uri, "format": mime_type}}


def _tools(tools: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for tool in tools:
        if not isinstance(tool, types.Tool):
            continue
        if not tool.function_declarations:
            yield tool.model_dump(by_alias=True, exclude_none=True)
        for declared in tool.function_declarations or ():
            function = {
                "name": declared.name,
                "description": declared.description or "",
                "parameters": _parameters(declared),
            }
            yield {"type": "function", "function": function}


def _parameters(declared: types.FunctionDeclaration) -> dict[str, Any]:
    if declared.parameters_json_schema:
        schema: dict[str, Any] = _plain_schema(declared.parameters_json_schema)
        return schema
    given = _plain_schema(declared.parameters) if declared.parameters is not None else {}
    return {"type": "object", "properties": {}, **given}


def _plain_schema(schema: Any) -> Any:
    """Returns a schema as JSON schema writes it: types in small letters."""
    if isinstance(schema, types.Schema):
        schema = schema.model_dump(mode="json", by_alias=True, exclude_none=True)
    if isinstance(schema, list):
        return [_plain_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {}
    for key, value in schema.items():
        if key == "type":
            plain[key] = value.lower() if isinstance(value, str) else value
        elif key == "properties" and isinstance(value, dict):
            plain[key] = {name: _plain_schema(below) for name, below in value.items()}
        else:
            plain[key] = value if key in ("enum", "default") else _plain_schema(value)
    return plain


def _tool_choice(config: types.GenerateContentConfig) -> str | None:
    calling = config.tool_config.function_calling_config if config.tool_config else None
    mode = calling.mode.value if calling is not None and calling.mode is not None else ""
    return _TOOL_CHOICES.get(mode)


def _response_format(schema: Any, model: str) -> dict[str, Any]:
    if isinstance(schema, dict) and schema.get("type") in _STRUCTURED:
        return schema
    name = "response"
    if isinstance(schema, type) and issubclass(schema, BaseModel):
        name, plain = schema.__name__, schema.model_json_schema()
    elif isinstance(schema, (dict, types.Schema)):
        plain = _plain_schema(schema)
        name = str(plain.get("title", name))
    else:
        raise InputValidationError(
            f"this model takes no {type(schema).__name__} as output schema; give it a pydantic "
            "model or a JSON schema"
        )
    if "gemini" in model.rpartition("/")[2]:
        return {"type": "json_object", "response_schema": plain}
    strict = {"name": name, "strict": True, "schema": _strict(plain)}
    return {"type": "json_schema", "json_schema": strict}


def _strict(schema: Any) -> Any:
    """Returns a schema as OpenAI wants it: no other keys, none left out, nothing beside `$ref`."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    strict = dict(schema)
    for key in ("properties", "$defs"):
        if isinstance(schema.get(key), dict):
            strict[key] = {name: _strict(below) for name, below in schema[key].items()}
    for key in ("anyOf", "oneOf", "allOf", "items"):
        if key in schema:
            strict[key] = _strict(schema[key])
    if schema.get("type") == "object" and "properties" in schema:
        strict |= {"additionalProperties": False, "required": sorted(schema["properties"])}
    return strict


def _options(config: types.GenerateContentConfig) -> dict[str, Any]:
    values = {name: getattr(config, field) for field, name in _OPTIONS.items()}
    return {name: value for name, value in values.items() if value is not None}


def _http_options(options: types.HttpOptions | None) -> dict[str, Any]:
    if options is None:
        return {}
    arguments: dict[str, Any] = {"extra_headers": options.headers, "extra_body": options.extra_body}
    if options.timeout is not None:
        arguments["timeout"] = options.timeout / 1000
    if options.retry_options is not None:
        arguments["num_retries"] = options.retry_options.attempts
    return {name: value for name, value in arguments.items() if value is not None}


def _json(value: Any) -> str:
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return str(value)

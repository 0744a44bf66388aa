"""The built-in plugins in both engines."""

from __future__ import annotations

from typing import Any

from google.genai import types

from tests.conformance.engines import Engine
from tests.conformance.scenarios import Scene, boom, scenario, weather

GUIDANCE = "reflection_guidance"


def _note_request(callback_context: Any, llm_request: Any) -> None:
    """Puts what the model is about to see into the state."""
    callback_context.state["contents"] = [_short(content) for content in llm_request.contents]
    instruction = llm_request.config.system_instruction
    callback_context.state["instruction"] = instruction.partition("\n\n")[0][:7]


def _short(content: types.Content) -> str:
    """One or two letters per content; longer texts are the engine's own words."""
    part = content.parts[0]
    if part.text is None:
        return "call" if part.function_call else "answer"
    return part.text if len(part.text) < 10 else "…"


def _reader(e: Engine, *steps: Any, **fields: Any) -> Any:
    return e.agent(
        name="root", model=e.model(*steps), before_model_callback=_note_request, **fields
    )


@scenario
def global_instruction_with_state(e: Engine) -> Scene:
    plugin = e.find("plugins.global_instruction_plugin", "GlobalInstructionPlugin")
    root = _reader(e, "ok", instruction="Be kind.")
    arguments = {"state_delta": {"user:lang": "French"}}
    return Scene(root, plugins=[plugin("Speak {user:lang}. {no?}")], arguments=arguments)


@scenario
def global_instruction_from_a_function(e: Engine) -> Scene:
    plugin = e.find("plugins.global_instruction_plugin", "GlobalInstructionPlugin")

    async def provide(context: Any) -> str:
        return f"Serve {context.user_id} {{as is}}."

    return Scene(_reader(e, "ok"), plugins=[plugin(provide)])


@scenario
def context_filter_keeps_two_turns(e: Engine) -> Scene:
    plugin = e.find("plugins.context_filter_plugin", "ContextFilterPlugin")
    root = _reader(e, [("weather", {"city": "Rome"})], "sunny", tools=[weather])
    return Scene(root, ["a", "b", "c"], plugins=[plugin(num_invocations_to_keep=2)])


@scenario
def context_filter_removes_several_at_once(e: Engine) -> Scene:
    plugin = e.find("plugins.context_filter_plugin", "ContextFilterPlugin")
    filters = [plugin(num_invocations_to_keep=1, remove_amount=3)]
    return Scene(_reader(e, "ok"), ["a", "b", "c", "d"], plugins=filters)


@scenario
def context_filter_with_a_function(e: Engine) -> Scene:
    plugin = e.find("plugins.context_filter_plugin", "ContextFilterPlugin")
    root = _reader(e, "ok")
    return Scene(root, ["a", "b"], plugins=[plugin(custom_filter=lambda all_: all_[-1:])])


@scenario
def context_filter_and_another_agents_words(e: Engine) -> Scene:
    plugin = e.find("plugins.context_filter_plugin", "ContextFilterPlugin")
    model = e.model("one", "two")
    children = [
        e.agent(name=name, model=model, before_model_callback=_note_request) for name in ("a", "b")
    ]
    root = e.workflow("SequentialAgent", name="seq", sub_agents=children)
    return Scene(root, ["hi", "more"], plugins=[plugin(num_invocations_to_keep=1)])


def _retrying(e: Engine, **options: Any) -> Any:
    """The plugin, with its advice cut off: each engine has words of its own."""
    base = e.find("plugins.reflect_retry_tool_plugin", "ReflectAndRetryToolPlugin")

    class Terse(base):  # type: ignore[misc, valid-type]
        async def on_tool_error_callback(self, **given: Any) -> Any:
            return _terse(await super().on_tool_error_callback(**given))

        async def after_tool_callback(self, **given: Any) -> Any:
            return _terse(await super().after_tool_callback(**given))

        async def extract_error_from_result(self, *, result: Any, **_: Any) -> Any:
            return result if result.get("city") == "Atlantis" else None

    return Terse(**options)


def _terse(response: Any) -> Any:
    return response and {**response, GUIDANCE: "…"}


@scenario
def retried_tool(e: Engine) -> Scene:
    model = e.model([("boom", {})], [("weather", {"city": "Rome"})], [("boom", {})], "done")
    root = e.agent(name="root", model=model, tools=[boom, weather])
    return Scene(root, plugins=[_retrying(e)])


@scenario
def retried_result(e: Engine) -> Scene:
    model = e.model([("weather", {"city": "Atlantis"})], [("weather", {"city": "Rome"})], "done")
    return Scene(e.agent(name="root", model=model, tools=[weather]), plugins=[_retrying(e)])


@scenario
def retries_that_are_used_up(e: Engine) -> Scene:
    plugin = _retrying(e, max_retries=1, throw_exception_if_retry_exceeded=False)
    model = e.model([("boom", {})], [("boom", {})], "sorry")
    return Scene(e.agent(name="root", model=model, tools=[boom]), plugins=[plugin])


@scenario
def retries_counted_across_invocations(e: Engine) -> Scene:
    scope = e.find("plugins.reflect_retry_tool_plugin", "TrackingScope")
    plugin = _retrying(e, tracking_scope=scope.GLOBAL)
    model = e.model([("boom", {})], "sorry")
    return Scene(e.agent(name="root", model=model, tools=[boom]), ["hi", "more"], [plugin])


def _file(_: Any) -> types.Part:
    blob = types.Blob(data=b"data", mime_type="text/plain", display_name="notes.txt")
    return types.Part(inline_data=blob)


def _saving(e: Engine, **options: Any) -> Any:
    base = e.find("plugins.save_files_as_artifacts_plugin", "SaveFilesAsArtifactsPlugin")

    class Tidy(base):  # type: ignore[misc, valid-type]
        async def before_agent_callback(self, *, callback_context: Any, **given: Any) -> None:
            await super().before_agent_callback(callback_context=callback_context, **given)
            # google-adk leaves a key of the plugin in the session's state.
            callback_context.actions.state_delta.pop(f"{self.name}:pending_delta", None)

    return Tidy(**options)


@scenario
def saved_file(e: Engine) -> Scene:
    root = e.agent(name="root", model=e.model("ok"))
    return Scene(root, [_file], plugins=[_saving(e)])


@scenario
def message_without_a_file(e: Engine) -> Scene:
    root = e.agent(name="root", model=e.model("ok"))
    return Scene(root, plugins=[_saving(e, attach_file_reference=False)])


@scenario
def unknown_tool_answered_by_a_plugin(e: Engine) -> Scene:
    async def answer(self: Any, *, tool: Any, error: Any, **_: Any) -> Any:
        return {"name": tool.name, "error_type": type(error).__name__}

    root = e.agent(name="root", model=e.model([("nope", {})], "ok"), tools=[weather])
    return Scene(root, plugins=[e.plugin({"on_tool_error_callback": answer})])


@scenario
def after_model_follows_a_mended_error(e: Engine) -> Scene:
    response = e.find("models.llm_response", "LlmResponse")

    async def mend(self: Any, *, error: Any, **_: Any) -> Any:
        return response(content=types.Content(role="model", parts=[types.Part(text="mended")]))

    async def note(self: Any, *, callback_context: Any, **_: Any) -> None:
        callback_context.state["after"] = True

    hooks = {"on_model_error_callback": mend, "after_model_callback": note}
    root = e.agent(name="root", model=e.model(RuntimeError("down")))
    return Scene(root, plugins=[e.plugin(hooks)])

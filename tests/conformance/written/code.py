"""The user code of the scenarios, written against adkconf; google-adk gets the same, ported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from google.genai import types
from pydantic import BaseModel

from adkconf.agents.base_agent import BaseAgent
from adkconf.auth import AuthConfig
from adkconf.code_executors.base_code_executor import BaseCodeExecutor
from adkconf.code_executors.code_execution_utils import CodeExecutionResult, File
from adkconf.events.event import Event
from adkconf.events.event_actions import EventActions
from adkconf.events.request_input import RequestInput
from adkconf.models.base_llm import BaseLlm
from adkconf.models.llm_response import LlmResponse
from adkconf.planners.base_planner import BasePlanner
from adkconf.plugins.base_plugin import BasePlugin
from adkconf.tools.base_tool import BaseTool
from adkconf.tools.function_tool import FunctionTool
from adkconf.tools.tool_context import ToolContext
from tests.conformance.hook_log import LOG


def says(text: str) -> types.Content:
    return types.Content(role="model", parts=[types.Part(text=text)])


# Tools


def weather(city: str, days: int = 3) -> dict[str, Any]:
    """Tells the weather."""
    return {"city": city, "days": days}


async def later(city: str) -> str:
    """Tells the weather, after a while."""
    await asyncio.sleep(0)
    return f"{city} later"


def boom() -> str:
    """Fails."""
    raise RuntimeError("boom!")


def nothing() -> None:
    """Has nothing to say."""


def numbers() -> list[int]:
    """Lists numbers."""
    return [1, 2]


def note(key: str, value: str, tool_context: ToolContext) -> str:
    """Writes to the state."""
    tool_context.state[key] = value
    return value


def count(tool_context: ToolContext) -> int:
    """Counts its calls in the state, and notes the temporary value it finds."""
    LOG.append(f"temp {tool_context.state.get('temp:n')}")
    tool_context.state["n"] = tool_context.state.get("n", 0) + 1
    tool_context.state["temp:n"] = tool_context.state["n"]
    return tool_context.state["n"]


def forget(key: str, tool_context: ToolContext) -> str:
    """Writes None to the state."""
    tool_context.state[key] = None
    return "forgotten"


def look(key: str, tool_context: ToolContext) -> Any:
    """Reads the state."""
    return {"value": tool_context.state.get(key), "known": key in tool_context.state}


def who(tool_context: ToolContext) -> dict[str, Any]:
    """Tells what a tool can know of its run."""
    return {"agent": tool_context.agent_name, "has_call": bool(tool_context.function_call_id)}


def silent(tool_context: ToolContext) -> dict[str, str]:
    """Ends the turn with its result."""
    tool_context.actions.skip_summarization = True
    return {"done": "yes"}


def escalate(tool_context: ToolContext) -> str:
    """Gives up."""
    tool_context.actions.escalate = True
    return "gave up"


def hand_over(to: str, tool_context: ToolContext) -> str:
    """Hands over."""
    tool_context.actions.transfer_to_agent = to
    return "handed over"


def start(what: str) -> dict[str, str]:
    """Starts something that takes long."""
    return {"status": "pending", "what": what}


def ask(what: str) -> None:
    """Asks somebody."""


async def save(name: str, text: str, tool_context: ToolContext) -> int:
    """Saves a file."""
    return await tool_context.save_artifact(name, types.Part(text=text))


async def read(name: str, tool_context: ToolContext) -> dict[str, Any]:
    """Reads a file."""
    part = await tool_context.load_artifact(name)
    return {"text": part.text if part else None, "all": await tool_context.list_artifacts()}


async def recall(query: str, tool_context: ToolContext) -> list[str]:
    """Searches the memory."""
    found = await tool_context.search_memory(query)
    return [memory.content.parts[0].text for memory in found.memories]


class Place(BaseModel):
    city: str
    days: int = 3


class Places(BaseModel):
    places: list[Place]


def visit(place: Place) -> str:
    """Visits a place."""
    return f"{place.city} for {place.days}"


def pay(amount: int) -> dict[str, int]:
    """Pays."""
    return {"paid": amount}


def is_much(amount: int, **_: Any) -> bool:
    return amount > 100


pay_confirmed = FunctionTool(pay, require_confirmation=True)
pay_much_confirmed = FunctionTool(pay, require_confirmation=is_much)


def transfer_money(amount: int, tool_context: ToolContext) -> dict[str, Any]:
    """Asks for itself."""
    given = tool_context.tool_confirmation
    if given is None:
        tool_context.request_confirmation(hint="sure?", payload={"amount": amount})
        return {"status": "asked"}
    return {"sent": given.payload, "confirmed": given.confirmed}


KEY = AuthConfig.model_validate({"authScheme": {"type": "apiKey", "in": "header", "name": "X-Key"}})


def fetch(tool_context: ToolContext) -> dict[str, Any]:
    """Fetches with the user's key."""
    credential = tool_context.get_auth_response(KEY)
    if credential is None:
        tool_context.request_credential(KEY)
        return {"status": "asked"}
    return {"with": credential.api_key}


class Echoing(BaseTool):
    """A tool written as a class."""

    def __init__(self, prefix: str = ">") -> None:
        super().__init__(name="echoing", description="Echoes.")
        self.prefix = prefix

    def _get_declaration(self) -> types.FunctionDeclaration:
        return types.FunctionDeclaration(name=self.name, description=self.description)

    async def run_async(self, *, args: dict[str, Any], tool_context: ToolContext) -> Any:
        return f"{self.prefix}{args.get('text')}"


# Callbacks


def see(callback_context: Any, llm_request: Any) -> None:
    """Notes what the model is shown; long texts are the engine's own words."""
    for content in llm_request.contents:
        said = [p.text if len(p.text) < 40 else "…" for p in content.parts if p.text]
        calls = [p.function_call.name for p in content.parts if p.function_call]
        answers = [p.function_response.name for p in content.parts if p.function_response]
        LOG.append(f"{content.role} {said} {calls} {answers}")


def see_instruction(callback_context: Any, llm_request: Any) -> None:
    """Notes the paragraphs of the instruction that the scenario wrote: they begin with `!`."""
    told = llm_request.config.system_instruction or ""
    LOG.extend(part for part in str(told).split("\n\n") if part.startswith("!"))


def see_tools(callback_context: Any, llm_request: Any) -> None:
    LOG.append(str(sorted(llm_request.tools_dict)))


def see_config(callback_context: Any, llm_request: Any) -> None:
    config = llm_request.config
    LOG.append(f"{config.temperature} {config.max_output_tokens} {config.stop_sequences}")


def before(callback_context: Any) -> None:
    LOG.append(f"before {callback_context.agent_name}")


async def after(callback_context: Any) -> None:
    LOG.append(f"after {callback_context.agent_name}")


def before_writes(callback_context: Any) -> None:
    callback_context.state["before"] = callback_context.agent_name


def after_writes(callback_context: Any) -> None:
    callback_context.state["after"] = callback_context.agent_name


def answers(callback_context: Any) -> types.Content:
    LOG.append(f"answers {callback_context.agent_name}")
    return says("from the callback")


def answers_and_writes(callback_context: Any) -> types.Content:
    callback_context.state["answered"] = True
    return says("from the callback")


def raises(callback_context: Any) -> None:
    raise ValueError("callback down")


def before_model(callback_context: Any, llm_request: Any) -> None:
    LOG.append("before model")
    callback_context.state["asked"] = callback_context.state.get("asked", 0) + 1


def before_model_answers(callback_context: Any, llm_request: Any) -> Any:
    LOG.append("answers before the model")
    return LlmResponse(content=says("cached"))


def before_model_raises(callback_context: Any, llm_request: Any) -> None:
    raise ValueError("no request")


def before_model_adds(callback_context: Any, llm_request: Any) -> None:
    llm_request.contents.append(types.Content(role="user", parts=[types.Part(text="and more")]))


def after_model(callback_context: Any, llm_response: Any) -> None:
    LOG.append(f"after model {bool(llm_response.partial)}")


def after_model_replaces(callback_context: Any, llm_response: Any) -> Any:
    text = llm_response.content.parts[0].text
    return LlmResponse(content=says(text.upper()), partial=llm_response.partial) if text else None


def after_model_raises(callback_context: Any, llm_response: Any) -> None:
    raise ValueError("no response")


def model_error(callback_context: Any, llm_request: Any, error: Exception) -> None:
    LOG.append("model error")


def model_error_mends(callback_context: Any, llm_request: Any, error: Exception) -> Any:
    return LlmResponse(content=says(f"mended: {error}"))


def before_tool(tool: Any, args: dict[str, Any], tool_context: Any) -> None:
    LOG.append(f"before {tool.name} {args}")


def before_tool_answers(tool: Any, args: dict[str, Any], tool_context: Any) -> Any:
    return {"early": tool.name}


def before_tool_changes(tool: Any, args: dict[str, Any], tool_context: Any) -> None:
    args["city"] = "Oslo"


def before_tool_raises(tool: Any, args: dict[str, Any], tool_context: Any) -> None:
    raise ValueError("no tool")


def after_tool(tool: Any, args: Any, tool_context: Any, tool_response: Any) -> None:
    LOG.append(f"after {tool.name} {tool_response}")


async def after_tool_replaces(tool: Any, args: Any, tool_context: Any, tool_response: Any) -> Any:
    return {"late": tool_response}


def after_tool_raises(tool: Any, args: Any, tool_context: Any, tool_response: Any) -> Any:
    raise ValueError("no result")


def tool_error(tool: Any, args: Any, tool_context: Any, error: Exception) -> None:
    LOG.append(f"error of {tool.name}: {error}")


def tool_error_mends(tool: Any, args: Any, tool_context: Any, error: Exception) -> Any:
    return {"mended": str(error)}


async def saves(callback_context: Any) -> None:
    await callback_context.save_artifact("note.txt", types.Part(text="saved"))


# Plugins

_HOOKS = (
    "on_user_message",
    "before_run",
    "after_run",
    "on_event",
    "before_agent",
    "after_agent",
    "before_model",
    "after_model",
    "on_model_error",
    "before_tool",
    "after_tool",
    "on_tool_error",
)


class Noting(BasePlugin):
    """Notes every hook."""

    def __init__(self, name: str = "noting") -> None:
        super().__init__(name)


class Answering(BasePlugin):
    """Answers in one hook."""

    def __init__(self, hook: str, name: str = "answering") -> None:
        super().__init__(name)
        self.hook = hook


class Raising(BasePlugin):
    """Fails in one hook."""

    def __init__(self, hook: str, name: str = "raising") -> None:
        super().__init__(name)
        self.hook = hook


def _add(kind: type, hook: str, act: Any) -> None:
    async def method(self: Any, **given: Any) -> Any:
        return act(self, hook, given)

    setattr(kind, f"{hook}_callback", method)


def _note(plugin: Any, hook: str, given: Any) -> None:
    LOG.append(f"{plugin.name} {hook}")


def _answer(plugin: Any, hook: str, given: Any) -> Any:
    if hook != plugin.hook:
        return None
    if hook in ("before_model", "after_model", "on_model_error"):
        return LlmResponse(content=says("from the plugin"))
    if "tool" in hook:
        return {"from": "the plugin"}
    if hook == "on_event":
        return Event(author="nobody", custom_metadata={"seen": True})
    role = "user" if hook == "on_user_message" else "model"
    return types.Content(role=role, parts=[types.Part(text="from the plugin")])


def _raise(plugin: Any, hook: str, given: Any) -> None:
    if hook == plugin.hook:
        raise KeyError(hook)


for _hook in _HOOKS:
    _add(Noting, _hook, _note)
    _add(Answering, _hook, _answer)
    _add(Raising, _hook, _raise)


def last_two(contents: list[Any]) -> list[Any]:
    return contents[-2:]


# Models, planners, code executors and agents


class HalfAnswer(BaseLlm):
    """Streams half an answer and fails, then works."""

    model: str = "half"
    calls: int = 0

    async def generate_content_async(
        self, llm_request: Any, stream: bool = False
    ) -> AsyncGenerator[Any, None]:
        self.calls += 1
        if self.calls > 1:
            yield LlmResponse(content=says("whole"), finish_reason=types.FinishReason.STOP)
            return
        yield LlmResponse(content=says("ha"), partial=True)
        raise ConnectionError("lost")


class Blocked(BaseLlm):
    """Refuses to answer."""

    model: str = "blocked"

    async def generate_content_async(
        self, llm_request: Any, stream: bool = False
    ) -> AsyncGenerator[Any, None]:
        yield LlmResponse(error_code="SAFETY", error_message="no")


class Wordless(BaseLlm):
    """Stops without a word, then works."""

    model: str = "wordless"
    calls: int = 0

    async def generate_content_async(
        self, llm_request: Any, stream: bool = False
    ) -> AsyncGenerator[Any, None]:
        self.calls += 1
        parts = [types.Part(text="well")] if self.calls > 1 else []
        content = types.Content(role="model", parts=parts)
        yield LlmResponse(content=content, finish_reason=types.FinishReason.STOP)


class Shouting(BasePlanner):
    """Shouts."""

    def build_planning_instruction(self, readonly_context: Any, llm_request: Any) -> str:
        return "!Shout."

    def process_planning_response(self, callback_context: Any, response_parts: Any) -> Any:
        callback_context.state["shouted"] = len(response_parts)
        return [types.Part(text=part.text.upper()) for part in response_parts if part.text]


class Executor(BaseCodeExecutor):
    """Answers as if it had run the code."""

    def execute_code(self, invocation_context: Any, code_execution_input: Any) -> Any:
        code = code_execution_input.code
        LOG.append(f"ran {code}")
        if code.startswith("raise"):
            return CodeExecutionResult(stderr=f"{code}: no")
        if code.startswith("save"):
            return CodeExecutionResult(output_files=[File(name="a.txt", content=b"a")])
        return CodeExecutionResult(stdout="42")


class Custom(BaseAgent):
    """An agent of its own: says its line and writes it to the state."""

    line: str = "custom"
    escalates: bool = False

    async def _run_async_impl(self, ctx: Any) -> AsyncGenerator[Event, None]:
        actions = EventActions(state_delta={self.name: self.line})
        if self.escalates:
            actions.escalate = True
        yield Event(
            author=self.name,
            invocation_id=ctx.invocation_id,
            branch=ctx.branch,
            content=says(self.line),
            actions=actions,
        )


class Router(BaseAgent):
    """Runs the sub-agent that the state names."""

    async def _run_async_impl(self, ctx: Any) -> AsyncGenerator[Event, None]:
        child = self.find_sub_agent(ctx.session.state.get("next", "a"))
        async for event in child.run_async(ctx):
            yield event


class Failing(BaseAgent):
    """Fails behind its first event."""

    async def _run_async_impl(self, ctx: Any) -> AsyncGenerator[Event, None]:
        yield Event(author=self.name, invocation_id=ctx.invocation_id, content=says("so far"))
        raise RuntimeError("no further")


# Nodes


def text_of(node_input: Any) -> str:
    return node_input.parts[0].text if isinstance(node_input, types.Content) else str(node_input)


def plus(node_input: Any) -> str:
    return f"{text_of(node_input)}+"


def stars(node_input: Any) -> str:
    return f"*{text_of(node_input)}*"


def drop(node_input: Any) -> None:
    return None


def many() -> list[int]:
    return [1, 2, 3]


def square(node_input: int) -> int:
    return node_input * node_input


def total(node_input: list[int]) -> int:
    return sum(node_input)


def join_up(node_input: dict[str, Any]) -> str:
    return " ".join(f"{key}={node_input[key]}" for key in sorted(node_input))


def route(node_input: str) -> Any:
    return Event(route=node_input, output=f"chose {node_input}")


def write_topic(ctx, node_input: str) -> None:  # type: ignore[no-untyped-def]
    ctx.state["topic"] = node_input


def read_topic(topic: str, missing: int = 7) -> str:
    return f"{topic} {missing}"


def again(ctx) -> Any:  # type: ignore[no-untyped-def]
    ctx.state["round"] = ctx.state.get("round", 0) + 1
    rounds = ctx.state["round"]
    return Event(route="more" if rounds < 3 else "done", output=rounds)


def shaky() -> str:
    LOG.append("tried")
    if LOG.count("tried") < 3:
        raise ValueError("not yet")
    return "at last"


def broken(node_input: Any) -> str:
    raise RuntimeError("node down")


async def slow(node_input: Any) -> str:
    await asyncio.sleep(5)
    return "too late"


def question() -> Any:
    return RequestInput(interrupt_id="q", message="how many?")


def approve(node_input: Any) -> Any:
    return RequestInput(interrupt_id="ok", message="ok?", payload={"n": 1})


async def dynamic(ctx, node_input: Any) -> str:  # type: ignore[no-untyped-def]
    first = await ctx.run_node(plus, node_input)
    return f"{await ctx.run_node(stars, first)}!"


async def speak(node_input: Any) -> AsyncGenerator[Any, None]:
    yield Event(message="working")
    yield Event(state={"worked": True})
    yield "done"

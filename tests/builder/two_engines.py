"""An app on either engine, its code written once, and what is left of its runs to compare."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

from google.genai import types

from adkconf.builder import Built
from adkconf.events.event import Event
from tests.conformance.engines import Names, plain, without_notes

if TYPE_CHECKING:
    from conftest import Project

# The packages by the names that the configuration language has for them.
ENGINES = {"adkconf": "adkconf", "google-adk": "google.adk"}
IDS = {"user_id": "u", "session_id": "s"}

CODE = """
from pydantic import BaseModel
from google.genai import types
from ENGINE.agents.llm_agent import LlmAgent
from ENGINE.agents.callback_context import CallbackContext
from ENGINE.events.event import Event
from ENGINE.events.request_input import RequestInput
from ENGINE.plugins.base_plugin import BasePlugin
from ENGINE.tools.tool_context import ToolContext

class Answer(BaseModel):
    city: str
    degrees: int

def weather(city: str, tool_context: ToolContext) -> dict:
    '''Tells the weather.'''
    tool_context.state["city"] = city
    tool_context.state["user:cities"] = 1
    return {"city": city, "degrees": 20}

async def note(text: str, tool_context: ToolContext) -> int:
    '''Saves a note.'''
    part = types.Part.from_text(text=text)
    return await tool_context.save_artifact("note.txt", part)

def slow(job: str) -> dict:
    '''Starts a job.'''
    return {"status": "pending"}

def fails(city: str) -> dict:
    '''Fails.'''
    raise ValueError("no such city")

def show_prompt(callback_context: CallbackContext, llm_request):
    contents = llm_request.contents
    callback_context.state["roles"] = [content.role for content in contents]
    words = str(llm_request.config.system_instruction) + str(contents)
    known = ("Be kind.", "Be brief.", "Go on from one.", "in Rome.", "A summary.", "* hi", "hi")
    callback_context.state["told"] = [text for text in known if text in words]

def answer_instead(callback_context: CallbackContext):
    return types.ModelContent("I am away.")

def sort(node_input: types.Content):
    text = node_input.parts[0].text
    return Event(route="long" if len(text) > 10 else "short", output=text)

def shout(node_input: str):
    return Event(message=types.ModelContent(node_input.upper()), output=node_input.upper())

def ask(node_input: str):
    return RequestInput(interrupt_id="sure", message="Sure?", response_schema=bool)

def close(node_input: bool):
    return Event(message=types.ModelContent(f"closed {node_input}"))

class Marks(BasePlugin):
    def __init__(self, mark: str) -> None:
        super().__init__("marks")
        self.mark = mark

    async def on_user_message_callback(self, *, invocation_context, user_message):
        return types.UserContent(f"{self.mark} {user_message.parts[0].text}")

    async def on_event_callback(self, *, invocation_context, event):
        event.custom_metadata = {"mark": self.mark}
        return event

root_agent = LlmAgent(name="made_in_code", before_agent_callback=answer_instead)
"""


def shown(event: Any, names: Names) -> dict[str, Any]:
    """What must agree: not the words that each engine has for models, nor how many they are."""
    shown = plain(event, names)
    shown.pop("usageMetadata", None)
    # What adkconf keeps for itself no client sees either.
    metadata = shown.pop("customMetadata", None) or {}
    if seen := {k: v for k, v in metadata.items() if not k.startswith("__adk_internal_")}:
        shown["customMetadata"] = seen
    if compaction := shown.get("actions", {}).get("compaction"):
        del compaction["startTimestamp"], compaction["endTimestamp"]
    for part in shown.get("content", {}).get("parts", ()):
        answer = part.get("functionResponse", {}).get("response")
        if isinstance(answer, dict):
            answer.pop("reflection_guidance", None)
    return shown


async def turn(built: Built, message: str | types.Part) -> list[Event]:
    part = types.Part(text=message) if isinstance(message, str) else message
    content = types.Content(role="user", parts=[part])
    run = built.runner.run_async(new_message=content, run_config=built.run_config, **IDS)
    return [event async for event in run]


async def play(built: Built, *messages: str | types.Part, app_name: str = "app") -> dict[str, Any]:
    """Runs turns of one session; returns everything that can be seen from outside."""
    names, sessions = Names(), built.runner.session_service
    await sessions.create_session(app_name=app_name, **IDS)
    yielded = [shown(event, names) for message in messages for event in await turn(built, message)]
    session = await sessions.get_session(app_name=app_name, **IDS)
    assert session is not None
    stored = [shown(event, names) for event in session.events]
    return {"yielded": yielded, "stored": stored, "state": without_notes(session.state)}


async def built(project: Project, engine: str, scene: str) -> Built:
    project.write("code.py", CODE.replace("ENGINE", ENGINES[engine]))
    return await project.build(f"name: app\nengine: {engine}\n{dedent(scene)}")


def texts(played: dict[str, Any]) -> list[str]:
    parts = [p for e in played["stored"] for p in e.get("content", {}).get("parts", ())]
    return [part["text"] for part in parts if "text" in part]

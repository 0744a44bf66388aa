"""What every part of the suite uses: a model written as a user would write one."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import certifi
import pytest
from google.genai import types
from pydantic import Field

from adkconf.models.base_llm import BaseLlm
from adkconf.models.llm_request import LlmRequest
from adkconf.models.llm_response import LlmResponse
from tests.database_servers import mariadb_server, mariadb_url, postgresql_server, postgresql_url

__all__ = ["mariadb_server", "mariadb_url", "postgresql_server", "postgresql_url"]

Call = tuple[str, dict[str, Any]]

# Where this is set, each process that a test starts compiles the whole package, for three seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# A shell lets what it starts in the background ignore Ctrl-C, and so would all that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What was imported and collected stays; no garbage is looked for in it again and again."""
    gc.freeze()


class Replies(BaseLlm):
    """Says its steps in order, then starts over: a text, calls, an exception, or a response."""

    model: str = "replies"
    steps: list[Any]
    at: int = 0
    requests: list[LlmRequest] = Field(default_factory=list)

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        self.requests.append(llm_request)
        step = self.steps[self.at % len(self.steps)]
        self.at += 1
        if isinstance(step, Exception):
            raise step
        if isinstance(step, LlmResponse):
            yield step
            return
        if stream and isinstance(step, str):
            for word in step.split(" "):
                yield LlmResponse(content=says(word), partial=True)
        content = says(step) if isinstance(step, str) else calls(*step)
        yield LlmResponse(content=content, finish_reason=types.FinishReason.STOP)


def says(text: str, role: str = "model") -> types.Content:
    return types.Content(role=role, parts=[types.Part(text=text)])


def calls(*items: Call) -> types.Content:
    parts = [
        types.Part(function_call=types.FunctionCall(name=name, args=args)) for name, args in items
    ]
    return types.Content(role="model", parts=parts)


def texts(contents: list[types.Content]) -> list[str]:
    """Each content as a short text: what it says, calls or answers."""
    return [_text(content) for content in contents]


def _text(content: types.Content) -> str:
    said = []
    for part in content.parts or ():
        if part.text is not None:
            said.append(part.text)
        elif part.function_call:
            said.append(f"{part.function_call.name}()")
        elif part.function_response:
            said.append(f"{part.function_response.name}={part.function_response.response}")
    return f"{content.role}: {' | '.join(said)}"


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each new HTTP client reads all that may sign certificates; no test leaves the machine."""
    first, end, _ = Path(certifi.where()).read_text(encoding="utf-8").partition("END CERTIFICATE")
    file = tmp_path_factory.mktemp("authority") / "one.pem"
    file.write_text(f"{first}{end}-----\n", encoding="utf-8")
    os.environ["SSL_CERT_FILE"] = str(file)


@pytest.fixture
def user() -> Any:
    """Makes a user's message of a text."""
    return lambda text: says(text, "user")

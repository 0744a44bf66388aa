"""google-adk's own client for its HTTP API, which its conformance tests speak through."""

from __future__ import annotations

import httpx
import pytest
from google.adk.cli.adk_web_server import RunAgentRequest
from google.adk.cli.conformance.adk_web_server_client import AdkWebServerClient
from google.genai import types

# google-adk warns about its own experimental parts.
pytestmark = pytest.mark.filterwarnings("ignore")

ADA = {"app_name": "stamper", "user_id": "ada"}


async def test_its_own_client_works_unmodified(client: httpx.AsyncClient) -> None:
    async with AdkWebServerClient(str(client.base_url)) as theirs:
        session = await theirs.create_session(**ADA, state={"a": 1})
        ids = {**ADA, "session_id": session.id}
        for said, streaming in (("tool", False), ("hello", True)):
            message = types.UserContent(said)
            request = RunAgentRequest(**ids, new_message=message, streaming=streaming)
            events = [event async for event in theirs.run_agent(request)]
            assert events[-1].is_final_response()
        assert [event.partial for event in events] == [True, True, None]
        changed = await theirs.update_session(**ids, state_delta={"b": 2})
        stored = await theirs.get_session(**ids)
        assert stored.state == changed.state == {"a": 1, "noted": "hi", "b": 2}
        assert [event.author for event in stored.events if event.content][:2] == ["user", "root"]
        note = {**ids, "artifact_name": "note.txt"}
        assert (await theirs.get_artifact_version_metadata(**note, version=0)).version == 0
        assert len(await theirs.list_artifact_versions_metadata(**note)) == 1
        assert (await theirs.get_version_data())["language"] == "python"
        await theirs.delete_session(**ids)
        with pytest.raises(httpx.HTTPStatusError, match="404"):
            await theirs.get_session(**ids)

"""Services as a file names them."""

from __future__ import annotations

from typing import Any

ECHO = "name: app\nroot_agent: {model: echo}\n"


async def test_memory_is_kept_in_the_file_of_the_sessions(project: Any, say: Any):
    text = ECHO + (
        "services:\n"
        "  session: sqlite:///app.db\n"
        "  memory: {uri: 'sqlite:///app.db', synchronous: NORMAL}\n"
    )
    first = await project.build(text)
    await say(first, "I like green tea")
    session = await first.runner.session_service.get_session(
        app_name="app", user_id="debug_user_id", session_id="debug_session_id"
    )
    await first.runner.memory_service.add_session_to_memory(session)
    await first.close()
    second = await project.build(text)
    found = await second.runner.memory_service.search_memory(
        app_name="app", user_id="debug_user_id", query="tea"
    )
    assert [entry.author for entry in found.memories] == ["user", "app"]
    assert {path.name for path in project.root.glob("*.db")} == {"app.db"}


async def test_memory_in_a_database_without_full_text_is_an_error_of_the_file(project: Any):
    found = await project.problem(ECHO + "services: {memory: 'mysql://u:hunter2@h/x'}\n")
    assert "mysql" in found.message
    assert "hunter2" not in str(found)

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from adkconf import config
from adkconf.launch import FileLoader, Fleet
from adkconf.launch.housekeeping import keep_house

APP = "name: app\nroot_agent: {{model: echo}}\nservices: {{session_ttl: {ttl}}}\n"


@pytest.mark.parametrize(("ttl", "left"), [("0.05s", 0), ("1h", 1), ("null", 1)])
async def test_sessions_past_their_time_are_deleted(tmp_path: Path, ttl: str, left: int) -> None:
    file = tmp_path / "app.yaml"
    file.write_text(APP.format(ttl=ttl))
    fleet = Fleet([("app.yaml", FileLoader(partial(config.load, file)))])
    await fleet.start()
    service = fleet.members[0].live.current.built.runner.session_service
    await service.create_session(app_name="app", user_id="ada", session_id="s")
    await asyncio.sleep(0.06)
    working = asyncio.create_task(keep_house(fleet, 0.01))
    await asyncio.sleep(0.05)
    working.cancel()
    assert len((await service.list_sessions(app_name="app")).sessions) == left
    await fleet.close()
